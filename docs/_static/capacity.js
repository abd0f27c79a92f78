// The capacity page: the formulas of benchmarks/load/model.py, with the same names.
// A test compares both for hundreds of inputs.

const DAY = 86400;
const GROUPS = ["app", "log-ins", "workers", "database", "redis", "proxy"];

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function rates(demand) {
  const { users, activity, peak_factor, spike_factor } = demand;
  if (activity === "concurrent") {
    const peak = users / demand.think_time;
    return { mean: peak / peak_factor, peak, spike: peak * spike_factor };
  }
  const daily = activity === "registered" ? users * demand.daily_share : users;
  const mean = (daily * demand.requests_per_day) / DAY;
  return { mean, peak: mean * peak_factor, spike: mean * peak_factor * spike_factor };
}

function costOf(mix, costs, group) {
  return sum(Object.entries(mix).map(([kind, share]) => share * (costs[kind][group] ?? 0)));
}

function machinesFor(cores, database, perMachine) {
  if (cores <= perMachine) return 1;
  return 1 + Math.max(2, Math.ceil((cores - database) / perMachine));
}

function coresOf(machines, database, perMachine) {
  if (machines === 1) return perMachine;
  return (machines - 1) * perMachine + Math.max(perMachine, Math.ceil(database));
}

function extrapolated(peak, machines, measured, deployment) {
  const reasons = [];
  if (peak > measured.rate) reasons.push("rate");
  if (machines > 1) reasons.push("machines");
  if (deployment.cores !== measured.cores || deployment.speed !== 1) reasons.push("machine");
  return reasons;
}

function capacity(demand, measured, deployment, postgresql) {
  const { peak, spike } = rates(demand);
  const { speed, utilization } = deployment;
  const busy = Object.fromEntries(
    GROUPS.map((group) => [
      group,
      (peak * costOf(demand.mix, measured.costs, group)) / 1000 / speed,
    ]),
  );
  const needed = Object.fromEntries(
    GROUPS.map((group) => [group, busy[group] / utilization]),
  );
  const all = sum(Object.values(busy));
  const cores = sum(Object.values(needed));
  const app = Math.max(2, Math.ceil(needed.app));
  const logIns = Math.max(1, Math.ceil(needed["log-ins"]));
  const workers = Math.max(1, Math.ceil(needed.workers));
  const connections = (app + logIns + workers) * deployment.connections;
  const machines = machinesFor(cores, needed.database, deployment.cores);
  const room = postgresql.max_connections - postgresql.reserved;
  return {
    peak,
    spike,
    cost: peak ? (all * 1000 * speed) / peak : 0,
    app_processes: app,
    log_in_processes: logIns,
    workers,
    database_cores: Math.max(1, Math.ceil(needed.database)),
    cores: Math.max(1, Math.ceil(cores)),
    machines,
    connections,
    pgbouncer: connections > room,
    busy_in_spike:
      (all * demand.spike_factor) / coresOf(machines, needed.database, deployment.cores),
    extrapolated: extrapolated(peak, machines, measured, deployment),
  };
}

// -- The page ---------------------------------------------------------------

function readForm(form, mixes) {
  const fields = new FormData(form);
  const number = (name) => Number(fields.get(name));
  const demand = {
    users: number("users"),
    activity: fields.get("activity"),
    mix: mixes[fields.get("mix")],
    requests_per_day: number("requests_per_day"),
    peak_factor: number("peak_factor"),
    spike_factor: number("spike_factor"),
    think_time: number("think_time"),
    daily_share: number("daily_share") / 100,
  };
  const deployment = {
    cores: number("cores"),
    speed: number("speed"),
    connections: number("connections"),
    utilization: number("utilization") / 100,
  };
  return [demand, deployment];
}

function show(result, elements) {
  const whole = (number) => Math.round(number).toLocaleString("en");
  const texts = {
    ...Object.fromEntries(
      Object.entries(elements).map(([name]) => [name, whole(result[name])]),
    ),
    cost: result.cost.toFixed(1),
    busy_in_spike: `${whole(100 * result.busy_in_spike)} %`,
  };
  for (const [name, element] of Object.entries(elements)) {
    element.textContent = texts[name];
  }
}

function start(root) {
  const form = root.querySelector("form");
  const output = root.querySelector("output");
  const data = JSON.parse(root.querySelector("script").textContent);
  const elements = Object.fromEntries(
    [...root.querySelectorAll("[data-figure]")].map((each) => [each.dataset.figure, each]),
  );
  const update = () => {
    const valid = form.checkValidity();
    root.querySelector("[data-invalid]").hidden = valid;
    output.hidden = !valid;
    if (!valid) return;
    const [demand, deployment] = readForm(form, data.mixes);
    const result = capacity(demand, data.measured, deployment, data.postgresql);
    show(result, elements);
    const notes = new Set(result.extrapolated);
    notes.add(notes.size ? "some" : "none");
    if (result.pgbouncer) notes.add("pgbouncer");
    if (result.busy_in_spike > 1) notes.add("spike");
    for (const note of root.querySelectorAll("[data-note]")) {
      note.hidden = !notes.has(note.dataset.note);
    }
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  root.hidden = false;
  update();
}

if (typeof document === "undefined") module.exports = { capacity, rates };
else document.querySelectorAll(".capacity").forEach(start);
