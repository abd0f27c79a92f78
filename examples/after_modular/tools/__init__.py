"""What runs where the app is written and tested, and never where it serves people."""
