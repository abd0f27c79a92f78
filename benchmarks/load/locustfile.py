"""The load: visits that come at their own pace, whatever the app does.

An *open* model. Real people do not wait for one another, so the timetable is made
beforehand: independent arrivals, so many requests a second on average. Nobody who is
late delays the next one, and the time of a late request counts from the moment at
which it should have been sent. A closed model, where each virtual user waits for an
answer before asking again, slows down with the app and hides what people suffer
(*coordinated omission*).

Run by ``run.py``; by hand it needs the file that ``seeding.py`` writes::

    locust -f benchmarks/load/locustfile.py --headless --users 1 \\
        --host http://localhost:8000 --world world.json --rate 50 --seconds 20
"""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from random import Random
from typing import Any

import gevent
from benchmarks.load.arrivals import timetable
from benchmarks.load.model import MIX
from benchmarks.load.report import Sample, summary
from benchmarks.load.visitor import UnexpectedAnswerError, Visit
from benchmarks.load.visits import Kind, World, log_in, log_in_as
from gevent.pool import Group, Pool
from locust import FastHttpUser, events, task
from locust.env import Environment

DRAIN_SECONDS = 10  # for the last answers, before they count as missing
TIMEOUT = 10.0  # seconds


@events.init_command_line_parser.add_listener
def add_options(parser: ArgumentParser) -> None:
    """Add what one run is made of."""
    parser.add_argument("--world", help="the file with people and posts")
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--seconds", type=float, default=10, help="of measurement")
    parser.add_argument("--warm-up", type=float, default=2, help="seconds before it")
    parser.add_argument(
        "--mix", type=json.loads, default=MIX, help='JSON, such as {"public": 1}'
    )
    parser.add_argument(
        "--storm", type=float, default=0, help="log-ins a second on top of the rate"
    )
    parser.add_argument("--seed", type=int, default=1, help="of everything random")
    parser.add_argument(
        "--sessions", type=int, default=50, help="people to log in beforehand, at least"
    )
    parser.add_argument("--report", help="the file to write what was measured into")


class Visitors(FastHttpUser):
    """All the visitors: one Locust user that lets them come as the timetable says."""

    concurrency = 1_000  # connections
    network_timeout = TIMEOUT
    connection_timeout = TIMEOUT

    def on_start(self) -> None:
        """Read who is there; redirects and cookies are the business of each visit."""
        options = self.environment.parsed_options
        self.client.client.redirect_response_codes = frozenset()
        self.client.client.cookiejar = None
        self.world = World.read(Path(options.world), options.seed)
        self.samples: list[Sample] = []
        self.lags: list[float] = []
        self.log_people_in(options.sessions)
        self.environment.events.request.add_listener(self.note)

    def log_people_in(self, wanted: int) -> None:
        """Log the admin and members in, a few at a time, unless they are already."""
        pool, world = Pool(4), self.world
        for _ in range(wanted - len(world.logged_in)):
            pool.spawn(log_in, Visit(self.client, None, time.perf_counter()), world)
        if not world.admin.cookies:
            visit = Visit(self.client, None, time.perf_counter())
            world.admin = log_in_as(visit, world, world.admin)
        pool.join(raise_error=True)

    def note(
        self, name: str, response_time: float, exception: Exception | None, **_: Any
    ) -> None:
        """Keep what Locust is told about a request."""
        moment = time.perf_counter() - self.start
        trouble = str(exception) if exception else ""
        self.samples.append(Sample(moment, name, response_time, trouble))

    @task
    def come(self) -> None:
        """Let everybody come when it is time, and wait for the last answers."""
        options = self.environment.parsed_options
        random, seconds = Random(options.seed), options.warm_up + options.seconds
        arrivals = [
            *timetable(options.rate, options.mix, seconds, random),
            *timetable(3 * options.storm, {"storm": 1.0}, seconds, random),
        ]
        visits, self.start = Group(), time.perf_counter()
        self.cpu_before = time.process_time()
        for arrival in sorted(arrivals, key=lambda arrival: arrival.moment):
            due = self.start + arrival.moment
            gevent.sleep(max(0, due - time.perf_counter()))
            self.lags.append(time.perf_counter() - due)
            visits.start(gevent.Greenlet(self.visit, arrival.kind, due))
        visits.join(DRAIN_SECONDS)
        self.report(unfinished=len(visits))
        visits.kill()
        self.environment.runner.quit()

    def visit(self, kind: Kind, due: float) -> None:
        """Let one visitor in; what goes wrong is counted and ends the visit."""
        visit = Visit(self.client, kind.who(self.world), due)
        try:
            kind.visit(visit, self.world)
        except UnexpectedAnswerError as error:
            if not error.counted:
                self.note("visit", 0.0, error)

    def report(self, unfinished: int) -> None:
        """Write down what was measured, and what the app has promised to keep."""
        options = self.environment.parsed_options
        if not options.report:
            return
        measured = summary(
            self.samples,
            warm_up=options.warm_up,
            seconds=options.seconds,
            unfinished=unfinished,
            lags=self.lags,
        )
        promised = {
            "written": self.world.written,
            "registered": self.world.registered,
            "logged_in": [vars(person) for person in self.world.logged_in],
            "admin": vars(self.world.admin),
            "counter": self.world.counter,
            "elapsed": time.perf_counter() - self.start,
            "generator_cpu": time.process_time() - self.cpu_before,
        }
        Path(options.report).write_text(json.dumps(measured | promised))


@events.quitting.add_listener
def leave_in_peace(environment: Environment, **_: Any) -> None:
    """Leave the verdict to whoever reads the report."""
    environment.process_exit_code = 0
