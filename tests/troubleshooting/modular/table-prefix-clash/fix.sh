flask startapp archive
