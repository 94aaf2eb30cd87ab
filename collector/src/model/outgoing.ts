/** What a form makes of a notice, one kind for each way out. */

/** A POST of JSON. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Without its angle brackets. */
  readonly messageId: string;
  /** The same for all mails of one alert, so that they stand together. */
  readonly thread: string;
}

export interface CommandInput {
  readonly environment: Readonly<Record<string, string>>;
  /** JSON for its stdin. */
  readonly input: unknown;
}

export interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  /** The broker keeps it for whoever comes later. */
  readonly retain: boolean;
  /** While a connection lasts, the same need not be said again. */
  readonly once: boolean;
}
