// What is asked of the API. The texts never vary, so the server executes one watch for everybody who looks at a map.

export const WATCH = `subscription WatchSeats($showtime: ID!, $after: Int) {
  seatMap(showtimeId: $showtime, afterVersion: $after) {
    __typename
    ... on SeatMap {
      version capacity available
      seats { label row number section x y kind state pairedWith price { amount currency } }
    }
    ... on SeatMapChange { since version available seats { label state } }
  }
}`;

export const SERVER_TIME = "query ServerTime { serverTime }";

export const BEST_SEATS = `query BestSeats($showtime: ID!, $count: Int!, $kinds: [SeatKind!], $accessible: Int!) {
  bestSeats(showtimeId: $showtime, count: $count, kinds: $kinds, accessible: $accessible) {
    seats together version total { amount currency }
  }
}`;

const HOLD = `fragment HoldParts on Hold {
  id seats status expiresAt together extendableUntil
  total { amount currency }
  lines { part text seat kind amount { amount currency } }
}`;

const REFUSED = "__typename ... on Problem { message } ...HoldParts";

export const HOLD_SEATS = `mutation HoldSeats($input: HoldSeatsInput!) {
  result: holdSeats(input: $input) {
    ${REFUSED}
    ... on SeatsUnavailable { seats }
    ... on SeatSelectionRefused { seats suggestion rule }
  }
}
${HOLD}`;

export const HOLD_BEST = `mutation HoldBestSeats($input: HoldBestSeatsInput!) {
  result: holdBestSeats(input: $input) { ${REFUSED} }
}
${HOLD}`;

export const EXTEND = `mutation ExtendHold($input: HoldInput!) {
  result: extendHold(input: $input) { ${REFUSED} }
}
${HOLD}`;

export const RELEASE = `mutation ReleaseHold($input: HoldInput!) {
  result: releaseHold(input: $input) { ${REFUSED} }
}
${HOLD}`;
