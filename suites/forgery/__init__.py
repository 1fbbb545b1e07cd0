"""Generated attacks: sequences of edits, and a model that says what a correct RP must do with what comes out."""
