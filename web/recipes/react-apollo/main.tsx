// Seats with React and Apollo Client: Apollo asks for what is on, <seat-map> shows and holds the seats.
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { ApolloProvider, useMutation, useQuery } from "@apollo/client/react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import type { Refusal, Seat, SeatMapElement } from "../../src/seat-map/index.ts"; // the types; the element itself comes from /seat-map.js

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "seat-map": DetailedHTMLProps<HTMLAttributes<SeatMapElement>, SeatMapElement> & { showtime: string; token: string | null };
    }
  }
}

interface Showtime {
  id: string;
  startsAt: string;
  movie: { title: string };
  screen: { name: string };
}

const SHOWTIMES = gql`
  query Showtimes {
    showtimes(first: 20) { nodes { id startsAt movie { id title } screen { id name } } }
  }
`;
const LOG_IN = gql`
  mutation LogIn($input: LoginInput!) {
    login(input: $input) { ... on Session { accessToken } ... on Problem { message } }
  }
`;

const client = new ApolloClient({ link: new HttpLink({ uri: "/graphql" }), cache: new InMemoryCache() });

function Cinema() {
  const { data } = useQuery<{ showtimes: { nodes: Showtime[] } }>(SHOWTIMES);
  const [chosen, choose] = useState("");
  const showtimes = data?.showtimes.nodes ?? [];
  const showtime = chosen || showtimes[0]?.id;
  return (
    <>
      <h1>Seats</h1>
      <label>
        Showtime{" "}
        <select value={showtime} onChange={(event) => choose(event.target.value)}>
          {showtimes.map(({ id, startsAt, movie, screen }) => (
            <option key={id} value={id}>{`${movie.title}, ${startsAt.slice(0, 16).replace("T", " ")}, ${screen.name}`}</option>
          ))}
        </select>
      </label>
      {showtime && <Seats showtime={showtime} />}
    </>
  );
}

function Seats({ showtime }: { showtime: string }) {
  const map = useRef<SeatMapElement>(null);
  const [token, setToken] = useState<string | null>(null);
  const [seats, setSeats] = useState<Seat[]>([]);
  const [said, say] = useState("");
  const [mustLogIn, setMustLogIn] = useState(false);

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    map.current?.addEventListener("seat-select", ({ detail }) => setSeats(detail.seats), { signal });
    map.current?.addEventListener("hold-start", ({ detail: { hold } }) => say(`${hold.seats.join(", ")}: yours until ${hold.expiresAt}`), { signal });
    map.current?.addEventListener("selection-refused", ({ detail }: CustomEvent<Refusal>) => {
      say(detail.message);
      setMustLogIn(detail.reason === "UNAUTHENTICATED");
    }, { signal });
    return () => listening.abort();
  }, []);

  // The person is known now: go on with what they wanted.
  useEffect(() => {
    if (token) void map.current?.hold();
  }, [token]);

  return (
    <>
      <seat-map ref={map} showtime={showtime} token={token} />
      <button disabled={!seats.length} onClick={() => map.current?.hold()}>Hold {seats.map(({ label }) => label).join(", ")}</button>
      <p>{said}</p>
      {mustLogIn && !token && <LogIn done={setToken} />}
    </>
  );
}

function LogIn({ done }: { done: (token: string) => void }) {
  const [logIn, { data }] = useMutation<{ login: { accessToken?: string; message?: string } }>(LOG_IN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = Object.fromEntries(new FormData(event.currentTarget));
    const answer = await logIn({ variables: { input } });
    if (answer.data?.login.accessToken) done(answer.data.login.accessToken);
  };
  return (
    <form onSubmit={submit}>
      <label>E-mail <input name="email" type="email" autoComplete="username" required /></label>
      <label>Password <input name="password" type="password" autoComplete="current-password" required /></label>
      <button>Log in and hold</button> {data?.login.message}
    </form>
  );
}

createRoot(document.getElementById("app") as HTMLElement).render(<ApolloProvider client={client}><Cinema /></ApolloProvider>);
