"""Lists in: from the bytes of a shop's own file to contacts and purchases, staged, explained and undoable.

Pure parts (no models): `errors`, `headers`, `mapping`, `source`, `text_list`, `sheet_size`, `workbook`, `reading`,
`cleaning`, `values`, `remarks`. With the models: `planning` (what each row would do), `applying` (doing it in
chunks), `undoing`, `purchases`. `words` turns a reason code and its facts into a sentence in the reader's language.
"""
