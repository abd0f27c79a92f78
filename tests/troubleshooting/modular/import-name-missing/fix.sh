flask renameapp dashboard charts
