"""The numbers of Slack's limits, each once. From Slack's reference, types and SDKs, November 2026."""

from __future__ import annotations

# --- whole messages and views
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
BLOCK_CHARACTERS = 13_200
"""Over all blocks of a message; undocumented, measured by users (slackapi/bolt-js#2509): `msg_blocks_too_long`."""
POST_TEXT = 40_000
"""chat.postMessage silently truncates above this."""
UPDATE_TEXT = 4_000
"""chat.update refuses above this with `msg_too_long`."""
ATTACHMENTS = 100
VIEW_BYTES = 250_000
VIEW_TITLE = 24
"""Of a modal's title, submit and close alike."""
PRIVATE_METADATA = 3_000
CALLBACK_ID = 255
EXTERNAL_ID = 255

# --- identifiers and text
BLOCK_ID = 255
ACTION_ID = 255
TEXT = 3_000
"""Any text object that has no smaller limit of its own."""
URL = 3_000

# --- blocks
SECTION_FIELDS = 10
SECTION_FIELD = 2_000
HEADER = 150
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25
IMAGE_TEXT = 2_000
"""Of an image's alternative text and of its title."""
MARKDOWN = 12_000
"""Over all markdown blocks of one message together."""
TABLES = 1
TABLE_ROWS = 100
TABLE_CELLS = 20
TABLE_CHARACTERS = 10_000
INPUT_LABEL = 2_000
INPUT_HINT = 2_000
ALERT_TEXT = 200

# --- elements
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
ACCESSIBILITY_LABEL = 75
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
PLACEHOLDER = 150
SELECT_OPTIONS = 100
OPTION_GROUPS = 100
GROUP_LABEL = 75
OVERFLOW_OPTIONS = 5
CHOICE_OPTIONS = 10
"""Of checkboxes and radio buttons."""
OPTION_TEXT = 75
OPTION_VALUE = 150
"""The SDKs say 150, Slack's types say 75: stay at or below 75 where you can."""
TYPED_LENGTH = 3_000
"""The most that min_length and max_length of a plain_text_input may say."""
