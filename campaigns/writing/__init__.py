"""Writing a greeting: its words and versions, whom they are for, how each will read them, what is wrong with them."""
