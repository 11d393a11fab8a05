from __future__ import annotations

import pytest

from caducee_demo.story import Story


def test_a_story_without_steps_is_not_a_success() -> None:
    assert not Story().ok


def test_a_step_that_fails_is_kept_and_raised_again() -> None:
    story = Story()
    story.chapter("1")
    with pytest.raises(ValueError, match="broken"), story.step("a step"):
        raise ValueError("broken")
    (step,) = story.steps
    assert not step.ok
    assert "ValueError" in step.detail
    assert not story.ok


def test_what_a_step_says_is_its_detail() -> None:
    story = Story()
    story.chapter("1")
    with story.step("a step") as telling:
        telling.say("One.")
        telling.say("Two.")
    assert story.steps[0].detail == "One. Two."
    assert story.ok
