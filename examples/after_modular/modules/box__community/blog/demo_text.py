"""Texts for demo posts: titles and paragraphs about a few everyday subjects."""

from random import Random

# Each subject: titles, and sentences that read well in any order.
SUBJECTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "A slow morning with good coffee",
            "What a cheap grinder taught me",
            "Pour-over for people in a hurry",
            "The case for the second cup",
        ),
        (
            "I used to drink coffee while doing three other things.",
            "The grind matters more than the machine, and it costs less to fix.",
            "Ninety seconds of waiting changed how the whole day starts.",
            "My neighbor roasts small batches on Thursdays and shares them freely.",
            "A kitchen scale is the least romantic and most useful tool I own.",
            "Water just off the boil makes it taste of fruit instead of ash.",
            "On weekends I make two cups and read until the second one is cold.",
        ),
    ),
    (
        (
            "Notes from the night train",
            "Three days in the mountains",
            "Packing light, for real this time",
            "The town at the end of the line",
        ),
        (
            "The train left at ten, and by midnight the hills were black shapes.",
            "I packed for every kind of weather and wore the same jacket all week.",
            "A good map still shows what a phone hides: what lies around the route.",
            "Breakfast was bread, apricot jam and a view of the whole valley.",
            "We missed the last bus and had the best walk of the trip instead.",
            "Small towns keep their best bakery one street behind the station.",
            "I came home with two stones, a ticket stub and a plan to return.",
        ),
    ),
    (
        (
            "How I finish first drafts",
            "Write the ending early",
            "A notebook for half-formed ideas",
            "Editing with a pair of scissors",
        ),
        (
            "A first draft only has to exist; it does not have to be good.",
            "I write for thirty minutes and stop in the middle of a sentence.",
            "Reading aloud finds more mistakes than any amount of rereading.",
            "The paragraph you like best is often the one to cut.",
            "An outline is a promise to the reader that you may still break.",
            "Every title in my notebook began as a note on a receipt.",
            "When I am stuck, I describe the room, and the scene starts to move.",
        ),
    ),
    (
        (
            "Tomatoes on a fourth-floor balcony",
            "The garden in November",
            "Growing basil indoors",
            "A year of compost",
        ),
        (
            "Six pots and one railing are enough for a summer of salads.",
            "The first frost came early, so the green tomatoes became chutney.",
            "Water in the morning, and water the soil rather than the leaves.",
            "Bees found the lavender within a day of opening.",
            "Most of gardening is noticing what changed since yesterday.",
            "I label every seed tray now, after the mystery squash of last spring.",
            "Compost taught me to wait, and it is cheaper than a class.",
        ),
    ),
    (
        (
            "Small tools that stay out of the way",
            "A plain-text to-do list, one year later",
            "Turning off notifications for a month",
            "What I look for in a keyboard",
        ),
        (
            "The best tools are the ones I forget I am using.",
            "A text file opens everywhere and will still open in twenty years.",
            "Without notifications I check messages twice a day and miss nothing.",
            "I keep three tasks on the list; everything else is a wish.",
            "Automating a chore is fun, but deleting the chore is better.",
            "My backup plan is boring on purpose, and I test it every month.",
            "Shortcuts only pay off once the hands stop asking the head.",
        ),
    ),
    (
        (
            "Walking the same street every day",
            "A field guide to city birds",
            "The library on a rainy afternoon",
            "Lessons from a corner bakery",
        ),
        (
            "I have walked this street four hundred times and it keeps changing.",
            "Swifts return in May, and the evenings sound different at once.",
            "The reading room has green lamps and a clock that runs slow.",
            "The baker knows everyone by their bread and half of them by name.",
            "A city is easier to love at seven in the morning.",
            "The old cinema reopened with forty seats and a very good piano.",
            "I started taking one photo a day, always from the same bench.",
        ),
    ),
)


def write_post(random: Random) -> tuple[str, list[str]]:
    """Return the title and the paragraphs of a demo post."""
    titles, sentences = random.choice(SUBJECTS)
    order = random.sample(sentences, k=len(sentences))
    first = random.randint(2, 3)
    second = random.randint(2, 4)
    paragraphs = [order[:first], order[first : first + second]]
    return random.choice(titles), [" ".join(paragraph) for paragraph in paragraphs]
