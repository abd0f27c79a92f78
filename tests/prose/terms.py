"""Words and phrases to replace, with what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A wording to replace.

    Args:
        pattern: a regular expression, in which a space matches any white space.
        write: what to write instead.
    """

    pattern: str
    write: str


TERMS = [
    # Measurements
    Term(r"\d+ (?:in|of) 100", "p95 latency"),
    Term(r"answering times?", "latency, response time"),
    Term(
        r"carr(?:ies|ied)(?! (?:out|over|on))",
        "sustained (throughput); delivered (events); contains",
    ),
    Term(r"(?:a|the|of|in|its) reserve", "headroom"),
    Term(r"g[ai]ves? way", "bottleneck, saturates first"),
    Term(r"at their own pace", "open workload model (no coordinated omission)"),
    Term(r"storms?", "login burst"),
    Term(r"times (?:less|as (?:much|many|fast|long))", "speed-up, ratio"),
    Term(r"figures", "metrics, numbers, statistics"),
    Term(r"lines? by hand", "lines edited"),
    Term(r"statements? built for each request", "precompiled statements"),
    Term(r"lists? that skips?", "OFFSET pagination; keyset (cursor) pagination"),
    Term(r"reads? everybody", "full table scan"),
    Term(r"fingerprint of (?:a|the|each|its|what)", "ETag (of a page)"),
    Term(r"peers?", "alternatives"),
    Term(r"could not come", "excluded"),
    # Events and their delivery
    Term(r"the signal that no process can catch", "SIGKILL"),
    Term(r"the usual way", "baseline (commit, then .delay())"),
    Term(r"naive(?! (?:date|time|value)\w*)", "baseline"),
    Term(r"doubled", "duplicated"),
    Term(
        r"(?:brought|brings)(?! (?:\w+ ){0,3}up to date)", "delivered; adds, installs"
    ),
    Term(r"events? (?:that )?arrive[sd]?", "event is delivered"),
    Term(r"carriers?", "dispatcher, publication registry"),
    Term(r"who delivers", "dispatcher"),
    Term(r"(?:event|outbox) engines?|engines? of events", "delivery backend"),
    Term(r"g[ai]ves? up|given up", "dead-lettered (state: failed)"),
    Term(r"tells|told", "publishes, reports, notifies, is notified"),
    Term(r"tell whether", "return whether"),
    Term(r"hears?|heard", "subscribes, is notified"),
    Term(r"listens in silence", "subscribes"),
    Term(r"hand(?:s|ed|ing)? (?:\w+ )?over again|handed to it again", "redeliver"),
    Term(r"begun by|stale after", "claim (visibility) timeout"),
    # Tests and checks
    Term(r"stand-ins?", "fake (test double)"),
    Term(r"plays?(?= (?:an?|the|its|that|another) )", "fakes, is a fake of"),
    Term(
        r"(?:the|this|our|each|every|import) contracts?(?! suite)",
        "acceptance suite; rule (of imports)",
    ),
    Term(
        r"findings|(?:an?|the|each|every|this|that|one) finding",
        "check result (doctor); violation (boundaries)",
    ),
    Term(r"ratchets?", "baseline"),
    Term(r"mend(?:s|ed|ing)?", "fix"),
    # Structure
    Term(r"canvas(?:es)?", "module reference page"),
    Term(
        r"rows of (?:its|their) own|small tables? of (?:its|their) own",
        "read model (projection)",
    ),
    Term(r"the borders?", "module boundary"),
    Term(r"in a circle|a circle of", "circular dependency, cycle"),
    Term(r"the tree|(?:one|same|whole) tree", "codebase, source tree"),
    Term(
        r"(?:is|are|was|were|be|been|goes|gone|went) away",
        "is down, is unavailable",
    ),
    Term(r"(?:is|are|was|were) not there", "is not installed, is missing, is down"),
    Term(r"sent away", "zero-downtime"),
    Term(r"watch(?:ing)? it run", "monitoring, observability"),
    # Former names
    Term(r"blamed(?:_on| on)?", "attribute_errors_to; attributed to"),
    Term(r"do_without", "fallback"),
    Term(r"formerly", "previous_names; previously"),
    Term(r"crossings?", "coupling"),
    Term(r"nursery", "prefork"),
    Term(r"patience", "max_postpone; timeout"),
    Term(r"sweeps?", "expire_and_purge"),
    # Persons: name the role
    Term(r"nobody|no one", "no user, no module; the passive voice"),
    Term(r"somebody|someone", "a user, a member, a client"),
    Term(r"everybody", "all users, every member"),
    Term(r"whoever", "the user who, the client that"),
    Term(r"(?<!other\s)one's(?: own)?", "your, the user's"),
    Term(r"own posts", "my posts"),
    Term(r"those who", "users who, modules that"),
    Term(r"(?:people|visitors) come", "users visit"),
    Term(r"strangers?", "anonymous users"),
    # Spelling
    Term(r"e-mails?", "email"),
    Term(r"log-ins?", "login (noun), log in (verb)"),
    Term(r"set-ups?", "setup (noun), set up (verb)"),
    # Texts of the apps, as they were written
    Term(r"(?-i:This is not for you)", "You don't have permission to view this page."),
    Term(r"(?-i:There is nothing here)", "Page not found"),
    Term(r"(?-i:That is not how it works)", "Method not allowed"),
    Term(r"(?-i:That did not work)", "Bad request; We couldn't process that form."),
    Term(r"(?-i:That is too much at once)", "Request too large"),
    Term(r"(?-i:Too many tries)", "Too many attempts. Try again in N seconds."),
    Term(
        r"(?-i:It is not your fault|We have been told)",
        "Something went wrong on our side. The error has been logged.",
    ),
    Term(
        r"(?-i:This part of the site is not working)",
        "This feature is temporarily unavailable.",
    ),
    Term(r"(?-i:This is not your password)", "Incorrect password."),
    Term(r"(?-i:Tell us your name)", "Name is required."),
    Term(r"(?-i:Type your password)", "Enter your password."),
    Term(r"(?-i:Too many people use this password)", "This password is too common."),
    Term(r"(?-i:No event waits)", "No pending events."),
    Term(r"(?-i:What went wrong)", "Error"),
    Term(r"(?-i:Delete what has ended)", "Delete completed or failed deliveries."),
    Term(r"(?-i:See to the events)", "Manage event deliveries."),
    Term(r"(?-i:stumbled)", "Unexpected error in the outbox worker; continuing"),
]

# Between two words, a line may end and a comment or the next string literal may begin.
GAP = r"[\"']*\s[\s#\"']*"
# A word in a path, an option, an attribute, an assignment or a call is a name.
START = r"\b(?<![./<=-])"
END = r"(?![\w/=(]|[-.]\w)"


def any_of(terms: list[Term]) -> re.Pattern[str]:
    """Return a pattern that finds the terms; its group ``tN`` is the term number N."""
    found = (f"(?P<t{number}>{term.pattern})" for number, term in enumerate(terms))
    prose = f"{START}(?:{'|'.join(found)}){END}"
    return re.compile(prose.replace(" ", GAP), re.IGNORECASE)
