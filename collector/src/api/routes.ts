import {
  acknowledgedSchema,
  alertsSchema,
  newSilenceSchema,
  testedSchema,
  unsilencedSchema,
} from './answers/alerts.ts';
import { doctorSchema } from './answers/doctor.ts';
import { foresightSchema } from './answers/foresight.ts';
import { forgettingSchema } from './answers/forgetting.ts';
import { guestsSchema } from './answers/guests.ts';
import { repairDoneSchema, repairPlanSchema } from './answers/repair.ts';
import { reportSchema } from './answers/report.ts';
import { askedGuestsSchema, nothingSchema, requestSchema } from './answers/request.ts';
import { statusSchema } from './answers/status.ts';
import { historySchema, trimSchema } from './answers/trim.ts';
import { trimEventSchema } from './answers/trim-event.ts';
import {
  acknowledgeBody,
  alertsQuery,
  doctorQuery,
  eventsQuery,
  forecastsQuery,
  forgetBody,
  guestsQuery,
  historyQuery,
  repairBody,
  reportQuery,
  requestBody,
  requestPath,
  requestsBody,
  silenceBody,
  statusQuery,
  testBody,
  trimPath,
  unsilenceBody,
} from './inputs.ts';
import { type Route, route } from './route.ts';
import { TRUST_ROUTES } from './trust-routes.ts';

/**
 * All that the API answers. The server mounts these rows (create-api.ts), the client asks by them
 * (compose/desk-client.ts), and a test holds docs/json.md to them.
 */
export const ROUTES = {
  status: route({
    method: 'GET',
    path: '/v1/status',
    scope: 'read',
    face: 'network',
    input: { path: null, query: statusQuery, body: null },
    status: 200,
    answer: statusSchema,
    isStream: false,
  }),
  guests: route({
    method: 'GET',
    path: '/v1/guests',
    scope: 'read',
    face: 'network',
    input: { path: null, query: guestsQuery, body: null },
    status: 200,
    answer: guestsSchema,
    isStream: false,
  }),
  forget: route({
    method: 'POST',
    path: '/v1/guests/forget',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: forgetBody },
    status: 200,
    answer: forgettingSchema,
    isStream: false,
  }),
  doctor: route({
    method: 'GET',
    path: '/v1/doctor',
    scope: 'read',
    face: 'network',
    input: { path: null, query: doctorQuery, body: null },
    status: 200,
    answer: doctorSchema,
    isStream: false,
  }),
  forecasts: route({
    method: 'GET',
    path: '/v1/forecasts',
    scope: 'read',
    face: 'network',
    input: { path: null, query: forecastsQuery, body: null },
    status: 200,
    answer: foresightSchema,
    isStream: false,
  }),
  history: route({
    method: 'GET',
    path: '/v1/trims',
    scope: 'read',
    face: 'network',
    input: { path: null, query: historyQuery, body: null },
    status: 200,
    answer: historySchema,
    isStream: false,
  }),
  report: route({
    method: 'GET',
    path: '/v1/report',
    scope: 'read',
    face: 'network',
    input: { path: null, query: reportQuery, body: null },
    status: 200,
    answer: reportSchema,
    isStream: false,
  }),
  findTrim: route({
    method: 'GET',
    path: '/v1/trims/:id',
    scope: 'read',
    face: 'network',
    input: { path: trimPath, query: null, body: null },
    status: 200,
    answer: trimSchema,
    isStream: false,
  }),
  requestTrim: route({
    method: 'POST',
    path: '/v1/requests',
    scope: 'trim',
    face: 'network',
    input: { path: null, query: null, body: requestBody },
    status: 202,
    answer: requestSchema,
    isStream: false,
  }),
  requestTrims: route({
    method: 'POST',
    path: '/v1/requests/many',
    scope: 'trim',
    face: 'network',
    input: { path: null, query: null, body: requestsBody },
    status: 202,
    answer: askedGuestsSchema,
    isStream: false,
  }),
  watch: route({
    method: 'GET',
    path: '/v1/requests/:id/events',
    scope: 'read',
    face: 'network',
    input: { path: requestPath, query: eventsQuery, body: null },
    status: 200,
    answer: trimEventSchema,
    isStream: true,
  }),
  cancel: route({
    method: 'POST',
    path: '/v1/requests/:id/cancel',
    scope: 'trim',
    face: 'network',
    input: { path: requestPath, query: null, body: null },
    status: 202,
    answer: nothingSchema,
    isStream: false,
  }),
  planRepair: route({
    method: 'POST',
    path: '/v1/repairs/plan',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: repairBody },
    status: 200,
    answer: repairPlanSchema,
    isStream: false,
  }),
  repair: route({
    method: 'POST',
    path: '/v1/repairs',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: repairBody },
    status: 200,
    answer: repairDoneSchema,
    isStream: false,
  }),
  alerts: route({
    method: 'GET',
    path: '/v1/alerts',
    scope: 'read',
    face: 'network',
    input: { path: null, query: alertsQuery, body: null },
    status: 200,
    answer: alertsSchema,
    isStream: false,
  }),
  silence: route({
    method: 'POST',
    path: '/v1/alerts/silences',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: silenceBody },
    status: 200,
    answer: newSilenceSchema,
    isStream: false,
  }),
  unsilence: route({
    method: 'POST',
    path: '/v1/alerts/silences/end',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: unsilenceBody },
    status: 200,
    answer: unsilencedSchema,
    isStream: false,
  }),
  acknowledge: route({
    method: 'POST',
    path: '/v1/alerts/acknowledge',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: acknowledgeBody },
    status: 200,
    answer: acknowledgedSchema,
    isStream: false,
  }),
  testSenders: route({
    method: 'POST',
    path: '/v1/alerts/test',
    scope: 'admin',
    face: 'network',
    input: { path: null, query: null, body: testBody },
    status: 200,
    answer: testedSchema,
    isStream: false,
  }),
  ...TRUST_ROUTES,
} as const;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;

/** The rows, with what is asked and answered left open. */
export const ALL_ROUTES = Object.entries(ROUTES) as unknown as readonly (readonly [RouteName, Route])[];
