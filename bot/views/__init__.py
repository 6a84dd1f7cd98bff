"""Pure: a value becomes Block Kit, plain text for mail and phone, or terminal text."""
