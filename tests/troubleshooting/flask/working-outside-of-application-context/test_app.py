def test_the_report_has_a_recipient():
    import report

    assert report.recipient == "ada@example.com"
