// Apollo's own link for persisted queries: what it sends, request by request, for the same query asked three times.
// Usage: node persisted.mjs http://127.0.0.1:8000/graphql
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createHash } from "node:crypto";

const [url] = process.argv.slice(2);
const query = gql(`query Hello($n: String!) { hello(name: $n) }`);
const sent = [];

async function counted(address, options) {
  const answer = await fetch(address, options);
  const asked = options.method === "GET" ? Object.fromEntries(new URL(address).searchParams) : JSON.parse(options.body);
  sent.push([options.method, "query" in asked, "extensions" in asked, answer.status]);
  return answer;
}

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([
    new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex"), useGETForHashedQueries: true }),
    new HttpLink({ uri: url, fetch: counted }),
  ]),
});

const answers = [];
for (const n of ["Ana", "Ben", "Cem"]) {
  answers.push((await client.query({ query, variables: { n }, fetchPolicy: "network-only" })).data.hello);
}
console.log(JSON.stringify({ answers, sent }));
