import pytest


@pytest.fixture
def feedback(capsys):
    """Return what a check prints about an answer."""

    def feedback(check, *answer, **context):
        check(*answer, **context)
        return capsys.readouterr().out

    return feedback
