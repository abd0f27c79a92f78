"""Texts of the product that several files of the suite expect."""

CONFIRM_SUBJECT = "Confirm your email address"
RESET_SUBJECT = "Reset your password"
ON_PRO = "You are on Pro"
UNCONFIRMED = "Please confirm your email address first."
BAD_LOGIN = "Incorrect email or password."
