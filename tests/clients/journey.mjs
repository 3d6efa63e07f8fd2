// One visitor's story, told by each client in turn: look around, log in, watch a map, hold two seats, give them back.
// Usage: node journey.mjs http://127.0.0.1:8000/graphql ana@marquee.test popcorn-ana
import assert from "node:assert/strict";
import { apollo, graphqlWs, urql } from "./clients.mjs";

const SHOWTIMES = `query Showtimes { me { id } showtimes(first: 20) { nodes { id onSale seatMap { available } } } }`;
const ME = `query Me { me { __typename id email } }`;
const LOGIN = `mutation LogIn($input: LoginInput!) {
  login(input: $input) { __typename ... on Session { accessToken user { id email } } ... on Problem { message } }
}`;
const HOLD = `mutation Hold($input: HoldSeatsInput!) {
  holdSeats(input: $input) {
    __typename
    ... on Hold { id seats status expiresAt total { amount currency } }
    ... on SeatSelectionRefused { suggestion }
    ... on Problem { message }
  }
}`;
const RELEASE = `mutation Release($input: HoldInput!) {
  releaseHold(input: $input) { __typename ... on Hold { id status } ... on Problem { message } }
}`;
const WATCH = `subscription Watch($showtimeId: ID!, $afterVersion: Int) {
  seatMap(showtimeId: $showtimeId, afterVersion: $afterVersion) {
    __typename
    ... on SeatMap { version available seats { label row number kind state } }
    ... on SeatMapChange { since changed: version left: available changes: seats { label now: state } }
  }
}`;

const [url, email, password] = process.argv.slice(2);
const possibleTypes = await (await fetch(new URL("/schema/possible-types.json", url))).json();

// Two free neighbours; the house may know better and suggest others.
function twoSeats(seats) {
  return seats
    .filter((seat, index) => {
      const next = seats[index + 1];
      return [seat, next].every((each) => each?.state === "AVAILABLE" && each.kind === "STANDARD") && seat.row === next.row;
    })
    .map((seat) => [seat.label, seats[seats.indexOf(seat) + 1].label])[0];
}

// Not every house has ordinary seats; the largest has, and where most is free, two neighbours are.
function emptiest(showtimes) {
  return showtimes.reduce((best, each) => (each.seatMap.available > best.seatMap.available ? each : best));
}

async function hold(client, showtimeId, seats) {
  const input = { showtimeId, seats, idempotencyKey: crypto.randomUUID() };
  const { holdSeats } = await client.run(HOLD, { input });
  if (holdSeats.__typename === "SeatSelectionRefused" && holdSeats.suggestion) return hold(client, showtimeId, holdSeats.suggestion);
  assert.equal(holdSeats.__typename, "Hold", holdSeats.message);
  return holdSeats;
}

async function codesOf(answer) {
  try {
    await answer;
    return [];
  } catch (error) {
    return error.codes ?? [String(error)];
  }
}

async function journey(visitor) {
  const { me, showtimes } = await visitor.run(SHOWTIMES);
  assert.equal(me, null);
  const showtimeId = emptiest(showtimes.nodes.filter((each) => each.onSale)).id;
  assert.deepEqual(await codesOf(visitor.run(HOLD, { input: { showtimeId, seats: ["A1"] } })), ["UNAUTHENTICATED"]);

  const wrong = await visitor.run(LOGIN, { input: { email, password: "wrong" } });
  assert.equal(wrong.login.__typename, "InvalidCredentials");
  const { login } = await visitor.run(LOGIN, { input: { email, password } });
  const client = visitor.as(login.accessToken);
  assert.deepEqual((await client.run(ME)).me, { __typename: "User", id: login.user.id, email });

  const watching = client.listen(WATCH, { showtimeId });
  const { seatMap: map } = await watching.next();
  assert.equal(map.__typename, "SeatMap");

  const held = await hold(client, showtimeId, twoSeats(map.seats));
  assert.equal(held.seats.length, 2);
  const { seatMap: taken } = await watching.next();
  assert.deepEqual(
    [taken.__typename, taken.since, taken.changed, taken.left],
    ["SeatMapChange", map.version, map.version + 1, map.available - 2],
  );
  assert.deepEqual(taken.changes.map(({ label, now }) => [label, now]).sort(), held.seats.map((label) => [label, "HELD"]).sort());

  const { releaseHold } = await client.run(RELEASE, { input: { holdId: held.id } });
  assert.deepEqual([releaseHold.__typename, releaseHold.status], ["Hold", "RELEASED"]);
  const { seatMap: free } = await watching.next();
  assert.deepEqual([free.since, free.changed, free.left], [map.version + 1, map.version + 2, map.available]);
  watching.stop();

  const returning = visitor.listen(WATCH, { showtimeId, afterVersion: map.version });
  const { seatMap: missed } = await returning.next();
  assert.deepEqual([missed.__typename, missed.since, missed.changed], ["SeatMapChange", map.version, map.version + 2]);
  returning.stop();

  const unknown = client.run(HOLD, { input: { showtimeId, seats: ["no such seat"] } });
  assert.deepEqual(await codesOf(unknown), ["BAD_USER_INPUT"]);
  await Promise.all([client.close(), visitor.close()]);
  return { seats: held.seats, versions: [map.version, taken.changed, free.changed] };
}

const told = {};
for (const [name, connect] of Object.entries({ graphqlWs, urql, apollo })) {
  told[name] = await journey(connect(url, undefined, possibleTypes));
}
console.log(JSON.stringify(told));
