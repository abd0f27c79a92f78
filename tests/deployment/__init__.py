"""The files of deploy/, and several instances behind a proxy."""
