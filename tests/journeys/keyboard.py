"""A person at the keyboard: no mouse, no field filled from outside, keys as a Greek or an English layout sends them."""

from playwright.sync_api import Page

# What the keys of a Greek layout write; their names are those of the places on the board.
GREEK_KEYS = {
    "α": "KeyA", "β": "KeyB", "ψ": "KeyC", "δ": "KeyD", "ε": "KeyE", "φ": "KeyF", "γ": "KeyG", "η": "KeyH", "ι": "KeyI",
    "ξ": "KeyJ", "κ": "KeyK", "λ": "KeyL", "μ": "KeyM", "ν": "KeyN", "ο": "KeyO", "π": "KeyP", "ρ": "KeyR", "σ": "KeyS",
    "τ": "KeyT", "θ": "KeyU", "ω": "KeyV", "ς": "KeyW", "χ": "KeyX", "υ": "KeyY", "ζ": "KeyZ",
}  # fmt: skip
ACCENTED = dict(zip("άέήίόύώ", "αεηιουω", strict=True))  # the accent is a key of its own, pressed first
CONTROL, SHIFT = 2, 8
MOST_TABS = 160


class Keyboard:
    """The keys of an English layout, and the walk by Tab from one thing to the next."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write `text` key by key."""
        for character in text:
            self.page.keyboard.press("Enter" if character == "\n" else character)

    def shortcut(self, code: str) -> None:
        """Press Control with the key at this place of the board, as this layout names it."""
        self.page.keyboard.press(f"Control+{code}")

    def focused(self) -> tuple[str, str]:
        """Role and name of what has the focus, as a screen reader is told."""
        found = self.devtools.send("Runtime.evaluate", {"expression": "document.activeElement"})
        object_id = found["result"].get("objectId")
        if object_id is None:
            return "", ""
        tree = self.devtools.send("Accessibility.getPartialAXTree", {"objectId": object_id, "fetchRelatives": False})
        node = tree["nodes"][0]
        return node.get("role", {}).get("value", ""), " ".join(node.get("name", {}).get("value", "").split())

    def tab_to(self, role: str, name: str, *, back: bool = False) -> str:
        """Press Tab until something with this role has a name that begins with `name`; return the whole name."""
        passed = []
        for _step in range(MOST_TABS):
            self.press("Shift+Tab" if back else "Tab")
            found_role, found_name = self.focused()
            if found_role == role and found_name.startswith(name):
                return found_name
            passed.append(f"{found_role} {found_name}")
        raise AssertionError(f"no {role} «{name}» by Tab; passed: {passed[:60]}")

    def arrow_to(self, name: str) -> None:
        """Walk through a group of radio buttons by arrow until the one whose name begins with `name` is chosen."""
        for _step in range(20):
            if self.focused()[1].startswith(name):
                return
            self.press("ArrowDown")
        raise AssertionError(f"no choice «{name}»")


class GreekKeyboard(Keyboard):
    """The keys of a Greek layout: each event carries the Greek letter and the place of its key."""

    def type(self, text: str) -> None:
        for character in text:
            letter = character.lower()
            if letter in ACCENTED:
                self._key("Dead", "Semicolon", 186)
                letter = ACCENTED[letter]
            if letter in GREEK_KEYS:
                self._letter(character, GREEK_KEYS[letter])
            else:
                super().type(character)

    def shortcut(self, code: str) -> None:
        """Control and the key at this place: the event says «σ» where an English layout says "s"."""
        if not code.startswith("Key"):
            super().shortcut(code)
            return
        letter = next(letter for letter, place in GREEK_KEYS.items() if place == code)
        self.page.keyboard.down("Control")
        self._key(letter, code, ord(code[-1]), modifiers=CONTROL)
        self.page.keyboard.up("Control")

    def _letter(self, character: str, code: str) -> None:
        is_capital = character != character.lower()
        if is_capital:
            self.page.keyboard.down("Shift")
        self._key(character, code, ord(code[-1]), modifiers=SHIFT if is_capital else 0, text=character)
        if is_capital:
            self.page.keyboard.up("Shift")

    def _key(self, key: str, code: str, number: int, *, modifiers: int = 0, text: str = "") -> None:
        event = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        written = {"text": text, "unmodifiedText": text} if text else {}
        self.devtools.send("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **event, **written})
        self.devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
