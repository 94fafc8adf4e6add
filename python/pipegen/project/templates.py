"""Texts of a new project that do not depend on its schema."""

from __future__ import annotations

from typing import Final

SETTINGS: Final = """\
# Settings of this pipeline. Flags and PIPEGEN_… variables override them; `pipegen run --show-config` prints
# what is in force and where it comes from. A line with # before it shows the default, or an example.

name: {name}
message_rate: 100             # messages per second
duration: 30s
# arrivals: uniform           # uniform, or poisson: at random, as from many users
# traffic_pattern: "10s-20s:400%"
# pipeline_timeout: 5m        # longest wait for start-up, and for the drain
# stack: auto                 # auto, local, docker or none
# cleanup: true               # delete topics, subjects and the job when the run ends
# reports_dir: reports

# bootstrap_servers: {bootstrap_servers}
# schema_registry_url: {schema_registry_url}
# flink_url: {flink_url}
# sql_gateway_url: {sql_gateway_url}

pipeline:
  input_schema: schemas/input.avsc
  sql_dir: sql
  partitions: 4
{value_format}
  # shape: one_to_one         # one_to_one, filter or aggregate; inferred from the SQL when left out
  # key: {{field: customer_id}} # the Kafka key: a field, {{zipf: 1.1}} or {{hot: 0.2}}; none by default
  # seed: 42                  # same seed, same records
  # hints:                    # how values are made, by field path
  #   quantity: {{min: 1, max: 9}}

# faults:                     # records that are wrong on purpose, counted apart
#   late: 1%
#   duplicates: 0.5%

# data_quality:               # what a record has to fulfil beyond its schema, in CEL
#   rules: [{{name: no empty id, expression: size(order_id) > 0, tolerance: 0.1%}}]

dashboard:
  port: 3000
  # theme: auto               # auto, light or dark
"""

SQL_SETTINGS: Final = """\
# Settings of this pipeline. Flags and PIPEGEN_… variables override them; `pipegen run --show-config` prints
# what is in force and where it comes from. A line with # before it shows the default, or an example.

name: {name}
message_rate: 100             # messages per second
duration: 30s
# traffic_pattern: "10s-20s:400%"

pipeline:
  sql: [{files}]   # run as they are, in this order
  # use_topics_as_written: false  # true: use the topics that the SQL names, not the run's own
  # input_schema: schemas/input.avsc  # an Avro schema in place of the columns of the table that is fed
  # partitions: 4
  # seed: 42                  # same seed, same records
  # hints:                    # how values are made, by column
  #   quantity: {{min: 1, max: 9}}
"""

ORDERS_SCHEMA: Final = """\
{
  "type": "record",
  "name": "Order",
  "namespace": "com.example.shop",
  "doc": "An order of one product. The pipegen attributes say how values are made; other programs ignore them.",
  "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "customer_id", "type": "string", "pipegen": {"pool": 5000, "zipf": 1.1}},
    {"name": "product", "type": "string", "pipegen": {"one_of": ["keyboard", "mouse", "monitor", "dock", "webcam"]}},
    {"name": "quantity", "type": "int", "pipegen": {"min": 1, "max": 9}},
    {"name": "price", "type": "double", "pipegen": {"min": 5, "max": 500, "decimals": 2}},
    {"name": "currency", "type": "string", "pipegen": {"one_of": {"EUR": 6, "USD": 3, "GBP": 1}}},
    {"name": "status", "type": "string", "pipegen": {"one_of": {"new": 7, "paid": 2, "cancelled": 1}}},
    {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
  ]
}
"""

README: Final = """\
# {name}

A pipeline for PipeGen: {way} → Kafka → measured.

```bash
pipegen validate                        # check settings, schema and SQL without any service
pipegen run --dry-run                   # show the plan of the load
pipegen run --dashboard                 # run it and watch it at http://localhost:3000
pipegen run --message-rate 1000 --duration 2m --traffic-pattern "30s-1m:400%"
```

Run the commands in this folder, or name it with `--project-dir`.

| file | what it is |
|---|---|
| `.pipegen.yaml` | settings |
| `schemas/input.avsc` | Avro schema of the input records |
| `sql/01_source.sql` | the Flink table `{source}` over the {over} |
| `sql/02_sink.sql` | the Flink table `{sink}` over the output topic |
| `sql/03_process.sql` | the query between them |

The files in `sql/` run in the order of their names. `${{INPUT_TOPIC}}`, `${{OUTPUT_TOPIC}}`, `${{BOOTSTRAP_SERVERS}}`,
`${{SCHEMA_REGISTRY_URL}}`, `${{GROUP_ID}}` and `${{RUN_ID}}` are filled in for every run.
"""
