// What the account's views ask the API for, and what it can do.
import { type Variables, ask } from "../../api/graphql.ts";
import { Refused } from "../../api/session.ts";

export type Position = "FRONT" | "MIDDLE" | "BACK";
export type Kind = "STANDARD" | "PREMIUM" | "VIP";
export type WayIn = "PASSWORD" | "PHONE" | "GOOGLE" | "INVITATION";
export const TOPICS = ["booking", "reminders", "offers"] as const;
export type Topic = (typeof TOPICS)[number];

export interface Channels {
  email: boolean;
  sms: boolean;
}

export interface Me {
  id: string;
  name: string;
  email: string | null;
  emailVerified: boolean;
  phone: string | null;
  roles: string[];
  createdAt: string;
  dateOfBirth: string | null;
  waysIn: WayIn[];
  secondFactor: { enabled: boolean; needed: boolean; recoveryCodesLeft: number };
  preferences: {
    language: "EN" | "HI" | "VI" | null;
    notifications: Record<Topic, Channels>;
    seats: { kinds: Kind[]; position: Position | null; aisle: boolean };
  };
}

export interface ActiveSession {
  id: string;
  device: string;
  address: string;
  startedAt: string;
  lastUsedAt: string;
  isCurrent: boolean;
}

const CHANNELS = "{ email sms }";
const ME = `id name email emailVerified phone roles createdAt dateOfBirth waysIn
  secondFactor { enabled needed recoveryCodesLeft }
  preferences { language notifications { ${TOPICS.map((topic) => `${topic} ${CHANNELS}`).join(" ")} } seats { kinds position aisle } }`;
export const ACCOUNT = `query Account { me { ${ME} } sessions { id device address startedAt lastUsedAt isCurrent } }`;
const WRONG = "... on Problem { message }";
const WRONG_FIELDS = `${WRONG} ... on InvalidInput { fields { path message } }`;

/** Every mutation of these views by its name. */
const DOCUMENTS = {
  updateProfile: `mutation UpdateProfile($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename ... on User { ${ME} } ${WRONG_FIELDS} } }`,
  requestEmailCode: `mutation EmailCode { requestEmailCode { __typename ... on CodeSent { sentTo } ${WRONG} } }`,
  verifyEmail: `mutation Verify($input: VerifyEmailInput!) { verifyEmail(input: $input) { __typename ${WRONG} } }`,
  requestEmailChange: `mutation AnotherEmail($input: RequestEmailChangeInput!) {
    requestEmailChange(input: $input) { __typename ... on CodeSent { sentTo } ${WRONG_FIELDS} } }`,
  changeEmail: `mutation ChangeEmail($input: ChangeEmailInput!) { changeEmail(input: $input) { __typename ... on User { email } ${WRONG} } }`,
  requestPhoneLink: `mutation AnotherPhone($input: RequestPhoneLinkInput!) {
    requestPhoneLink(input: $input) { __typename ... on CodeSent { sentTo } ${WRONG_FIELDS} } }`,
  linkPhone: `mutation LinkPhone($input: LinkPhoneInput!) { linkPhone(input: $input) { __typename ... on User { phone } ${WRONG_FIELDS} } }`,
  changePassword: `mutation ChangePassword($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ${WRONG_FIELDS} } }`,
  startSecondFactor: `mutation StartSecondFactor { startSecondFactor { __typename ... on NewSecondFactor { secret uri qr } ${WRONG} } }`,
  confirmSecondFactor: `mutation ConfirmSecondFactor($input: ConfirmSecondFactorInput!) {
    confirmSecondFactor(input: $input) { __typename ... on RecoveryCodes { codes } ${WRONG} } }`,
  renewRecoveryCodes: `mutation RenewCodes($input: SecondFactorInput!) {
    renewRecoveryCodes(input: $input) { __typename ... on RecoveryCodes { codes } ${WRONG} } }`,
  endSecondFactor: `mutation EndSecondFactor($input: SecondFactorInput!) { endSecondFactor(input: $input) { __typename ${WRONG} } }`,
  deleteAccount: `mutation DeleteAccount($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename ${WRONG} } }`,
  requestPasswordReset: `mutation ForgotPassword($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) { __typename ... on CodeSent { sentTo } ${WRONG_FIELDS} } }`,
  resetPassword: `mutation ResetPassword($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename ${WRONG_FIELDS} } }`,
} as const;

interface Answer {
  __typename: string;
  message?: string;
  fields?: { path: string[]; message: string }[];
}

/** Do something; what it gives, or Refused. */
export async function act<T>(mutation: keyof typeof DOCUMENTS, input?: Variables): Promise<T> {
  const data = await ask<Record<string, Answer>>(DOCUMENTS[mutation], input ? { input } : {});
  const answer = data[mutation] as Answer;
  if (answer.message !== undefined) throw new Refused(answer.message, answer.fields, answer.__typename);
  return answer as T;
}

export const endSession = (sessionId: string): Promise<unknown> =>
  ask("mutation EndSession($input: EndSessionInput!) { endSession(input: $input) }", { input: { sessionId } });

export const endOtherSessions = async (): Promise<number> =>
  (await ask<{ endOtherSessions: number }>("mutation EndOthers { endOtherSessions }")).endOtherSessions;

export const exportMyData = async (): Promise<{ fileName: string; contentType: string; content: string }> =>
  (await ask<{ exportMyData: { fileName: string; contentType: string; content: string } }>("query Export { exportMyData { fileName contentType content } }")).exportMyData;
