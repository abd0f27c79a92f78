pytest -q -p no:cacheprovider modules/billing
