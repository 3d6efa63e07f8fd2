// The same four things from each client: run(document, variables), listen(document, variables), as(token), close().
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { cacheExchange, createClient as createUrql, fetchExchange, subscriptionExchange } from "@urql/core";
import { OperationTypeNode } from "graphql";
import { createClient as createSocket } from "graphql-ws";
import { pipe, subscribe } from "wonka";
import WebSocket from "ws";

class Failed extends Error {
  constructor(errors) {
    super(errors.map((error) => error.message).join("; "));
    this.codes = errors.map((error) => error.extensions?.code);
  }
}

function socketTo(url, token) {
  return createSocket({
    url: url.replace(/^http/, "ws"),
    webSocketImpl: WebSocket,
    lazy: true,
    retryAttempts: 0,
    connectionParams: token ? { Authorization: `Bearer ${token}` } : {},
  });
}

const loginHeader = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

// Turns "call me for every event" into an async iterator with an end.
function stream(start) {
  const waiting = [];
  const events = [];
  const deliver = (event) => (waiting.length ? waiting.shift()(event) : events.push(event));
  const stop = start({
    next: (value) => deliver({ value }),
    error: (error) => deliver({ error }),
  });
  return {
    stop,
    async next(milliseconds = 10_000) {
      let timer;
      const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("No event in time")), milliseconds)));
      const event = events.shift() ?? (await Promise.race([new Promise((resolve) => waiting.push(resolve)), late]));
      clearTimeout(timer);
      if (event.error) throw event.error;
      return event.value;
    },
  };
}

export function graphqlWs(url, token) {
  const socket = socketTo(url, token);
  const listen = (query, variables) =>
    stream(({ next, error }) =>
      socket.subscribe({ query, variables }, { next: ({ data, errors }) => (errors ? error(new Failed(errors)) : next(data)), error: (e) => error(Array.isArray(e) ? new Failed(e) : e), complete() {} }),
    );
  return {
    run: async (query, variables) => {
      for await (const { data, errors } of socket.iterate({ query, variables })) {
        if (errors) throw new Failed(errors);
        return data;
      }
    },
    listen,
    as: (other) => graphqlWs(url, other),
    close: () => socket.dispose(),
  };
}

export function urql(url, token) {
  const socket = socketTo(url, token);
  const client = createUrql({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: loginHeader(token) },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink) }),
        }),
      }),
    ],
  });
  const unwrap = ({ data, error }) => {
    if (error) throw error.graphQLErrors.length ? new Failed(error.graphQLErrors) : error;
    return data;
  };
  return {
    run: async (query, variables) =>
      unwrap(
        await (/^\s*mutation/.test(query)
          ? client.mutation(query, variables)
          : client.query(query, variables, { requestPolicy: "network-only" })
        ).toPromise(),
      ),
    listen: (query, variables) =>
      stream(({ next, error }) => {
        const hear = subscribe((result) => (result.error ? error(result.error) : next(result.data)));
        return pipe(client.subscription(query, variables), hear).unsubscribe;
      }),
    as: (other) => urql(url, other),
    close: () => socket.dispose(),
  };
}

export function apollo(url, token, possibleTypes) {
  const socket = socketTo(url, token);
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: url, headers: loginHeader(token) }),
    ),
  });
  const unwrap = async (answer) => {
    try {
      return (await answer).data;
    } catch (error) {
      throw CombinedGraphQLErrors.is(error) ? new Failed(error.errors) : error;
    }
  };
  return {
    run: (text, variables) =>
      unwrap(
        /^\s*mutation/.test(text)
          ? client.mutate({ mutation: gql(text), variables })
          : client.query({ query: gql(text), variables, fetchPolicy: "network-only" }),
      ),
    listen: (text, variables) =>
      stream(({ next, error }) => {
        const hear = { next: (result) => (result.error ? error(result.error) : next(result.data)), error };
        const heard = client.subscribe({ query: gql(text), variables, fetchPolicy: "no-cache" }).subscribe(hear);
        return () => heard.unsubscribe();
      }),
    as: (other) => apollo(url, other, possibleTypes),
    close: () => socket.dispose(),
  };
}
