// Seats with Vue and urql: urql asks for what is on, <seat-map> shows and holds the seats.
import { Client, cacheExchange, fetchExchange, gql, provideClient, useMutation, useQuery } from "@urql/vue";
import { type VNode, computed, createApp, defineComponent, h, nextTick, ref, useTemplateRef } from "vue";
import type { Refusal, Seat, SeatMapElement, SeatMapEvents } from "../../src/seat-map/index.ts"; // the types; the element comes from /seat-map.js

interface Showtime {
  id: string;
  startsAt: string;
  movie: { title: string };
  screen: { name: string };
}
interface LoginAnswer {
  login: { accessToken?: string; message?: string };
}

const SHOWTIMES = gql<{ showtimes: { nodes: Showtime[] } }>`
  query Showtimes {
    showtimes(first: 20) { nodes { id startsAt movie { id title } screen { id name } } }
  }
`;
const LOG_IN = gql<LoginAnswer>`
  mutation LogIn($input: LoginInput!) {
    login(input: $input) { ... on Session { accessToken } ... on Problem { message } }
  }
`;

const client = new Client({ url: "/graphql", preferGetMethod: false, exchanges: [cacheExchange, fetchExchange] });

const Cinema = defineComponent(() => {
  provideClient(client);
  const { data } = useQuery({ query: SHOWTIMES });
  const { executeMutation: logIn } = useMutation(LOG_IN);
  const map = useTemplateRef<SeatMapElement>("map");
  const [chosen, token, seats, said, mustLogIn] = [ref(""), ref<string | null>(null), ref<Seat[]>([]), ref(""), ref(false)];
  const showtimes = computed(() => data.value?.showtimes.nodes ?? []);
  const showtime = computed(() => chosen.value || showtimes.value[0]?.id);

  const refused = ({ detail }: CustomEvent<Refusal>): void => {
    said.value = detail.message;
    mustLogIn.value = detail.reason === "UNAUTHENTICATED";
  };
  const enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const answer = await logIn({ input: Object.fromEntries(new FormData(event.target as HTMLFormElement)) });
    said.value = answer.data?.login.message ?? "";
    token.value = answer.data?.login.accessToken ?? null;
    mustLogIn.value = !token.value;
    await nextTick(); // the element knows the token now
    if (token.value) await map.value?.hold();
  };

  const seatMap = (): VNode =>
    h("seat-map", {
      ref: "map",
      ".showtime": showtime.value, // a dot: a property, not an attribute
      ".token": token.value,
      onSeatSelect: ({ detail }: CustomEvent<SeatMapEvents["seat-select"]>) => (seats.value = detail.seats),
      onHoldStart: ({ detail: { hold } }: CustomEvent<SeatMapEvents["hold-start"]>) =>
        (said.value = `${hold.seats.join(", ")}: yours until ${hold.expiresAt}`),
      onSelectionRefused: refused,
    });
  const picker = (): VNode =>
    h("select", { value: showtime.value, onChange: (event: Event) => (chosen.value = (event.target as HTMLSelectElement).value) },
      showtimes.value.map(({ id, startsAt, movie, screen }) =>
        h("option", { value: id }, `${movie.title}, ${startsAt.slice(0, 16).replace("T", " ")}, ${screen.name}`)));
  const form = (): VNode =>
    h("form", { onSubmit: enter }, [
      h("label", ["E-mail ", h("input", { name: "email", type: "email", autocomplete: "username", required: true })]),
      h("label", ["Password ", h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })]),
      h("button", "Log in and hold"),
    ]);

  return () => [
    h("h1", "Seats"),
    h("label", ["Showtime ", picker()]),
    showtime.value ? seatMap() : null,
    h("button", { disabled: !seats.value.length, onClick: () => map.value?.hold() }, `Hold ${seats.value.map(({ label }) => label).join(", ")}`),
    h("p", said.value),
    mustLogIn.value ? form() : null,
  ];
});

createApp(Cinema).mount("#app");
