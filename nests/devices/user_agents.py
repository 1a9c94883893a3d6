"""What a device is called that nobody has named: its system and its browser, as they say it."""

# Of words that stand together the first counts: every browser also says the names of older ones.
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
NAMELESS = "A device"


def name_of_agent(user_agent: str) -> str:
    """For example "Android (Firefox)"."""
    system, browser = platform_of(user_agent), find_word(BROWSERS, user_agent)
    if system and browser:
        return f"{system} ({browser})"
    return system or browser or NAMELESS


def platform_of(user_agent: str) -> str:
    """The system it runs; empty where it does not say."""
    return find_word(SYSTEMS, user_agent)


def find_word(names: dict[str, str], user_agent: str) -> str:
    return next((name for word, name in names.items() if word in user_agent), "")
