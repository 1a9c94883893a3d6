"""Whether a press is answered by the page itself: before the nest can have said a word."""

from playwright.sync_api import Locator, Page

# All within one task of the page: nothing that comes over the wire is heard meanwhile.
ANSWERED = """([button, watched, press]) => {
  const before = watched.outerHTML;
  if (press === "click") button.click();
  else button.requestSubmit();
  return watched.outerHTML !== before;
}"""


def answered_at_once(page: Page, pressed: Locator, watched: Locator, press: str = "click") -> bool:
    handles = [pressed.element_handle(), watched.element_handle(), press]
    answered: bool = page.evaluate(ANSWERED, handles)
    return answered
