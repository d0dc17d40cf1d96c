/**
 * List prices of us-east-1 in US dollars, before tax, discounts and free tiers. Lambda's tier is the first of 6 billion
 * GB-seconds a month, S3's the first 50 TB.
 *
 * Sources, read as of June 2026: the vendor's own pages aws.amazon.com/<service>/pricing for lambda, sqs, s3, eventbridge,
 * kms, cloudwatch, xray and sagemaker; numbers that these show by script alone were checked against price guides that
 * quote them: cloudburn.io (SQS, KMS, March 2026; CloudWatch, February 2026), factualminds.com (June 2026),
 * cloudchipr.com (Lambda), zircon.tech (ml.g5.xlarge "about 1.41 an hour", October 2025).
 */
export const PRICES = {
  asOf: '2026-06',
  region: 'us-east-1',
  /** x86, memory × time; initialisation is billed too. */
  lambdaGbSecond: 0.0000166667,
  lambdaInvocation: 0.2 / 1e6,
  /** Send, receive and delete are one each, empty receives too. */
  sqsRequest: 0.4 / 1e6,
  /** PUT and LIST. */
  s3Write: 0.005 / 1000,
  /** GET and HEAD. */
  s3Read: 0.0004 / 1000,
  s3GbMonth: 0.023,
  customEvent: 1 / 1e6,
  kmsKeyMonth: 1,
  kmsRequest: 0.03 / 1e4,
  logGb: 0.5,
  /** Prorated by the hours in which the metric was written. */
  metricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  trace: 5 / 1e6,
  /** One ml.g5.xlarge (an A10G GPU), asynchronous or real-time. */
  endpointHour: 1.408,
  transferInGb: 0,
  /** To the internet, beyond the first 100 GB a month. */
  transferOutGb: 0.09,
} as const;

/** A month, as these services bill it. */
export const HOURS_A_MONTH = 730;

/** 10⁹ bytes, as storage is sold. */
export const BYTES_A_GB = 1e9;
