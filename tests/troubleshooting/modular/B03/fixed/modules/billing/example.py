from kernel import published

mark = published
