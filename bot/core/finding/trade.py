"""The trade's words: what operators call things, by concept. Slang, abbreviations, products, log words.

A concept joins what means the same at a desk at night; a word may belong to several, and several words may mean one
thing together. Endings do not matter. What your people say may be added: it serves every system."""

from __future__ import annotations

CONCEPTS = """
# connections
websocket: websocket, web socket, ws, wss, wscat, websocat, websockets
connect: connect, connection, conn, conns, connector, connectivity, handshake, cannot reach, cant reach, reach,
  reachable, unreachable, talk to, get through, no route, econnrefused, connection refused, refused, telnet,
  econnreset, log in, login, link, links, uplink
disconnect: disconnect, disconnected, disconnection, reconnect, drop, drops, flap, flapping, econnreset, closed,
  connection lost, lost connection, lost conn, conn lost, connection reset, link down, offline, goes away, kicked out,
  kicked off, dropping out
dns: dns, resolve, resolver, resolution, nslookup, dig, nxdomain, enotfound, hostname, could not resolve, name
  resolution, name or service not known, etc hosts, coredns, kube dns, servfail
firewall: firewall, ufw, iptables, nftables, outbound, egress, blocked port, security group, hardening, blocks us
proxy: proxy, https proxy
tls: ssl, tls, cert, certs, certificate, x509, handshake, ca bundle, openssl, expired cert
network: network, net, nic, eth0, interface, wire, switch, isp, carrier, lan, wan, bandwidth, congestion
roundtrip: ping, rtt, round trip, jitter, traceroute, tracert, mtr, hop, hops, route, routing, packet loss, packets
  lost, dropped packets, packet drops, lossy, spikes
nat: nat, conntrack, keepalive, keep alive, idle timeout
timeout: timeout, time out, timed out, times out, timing out, deadline exceeded, etimedout, no response, no answer,
  not answering, does not answer, doesnt answer, not respond, no reply
port: port, bind, binding, listen, listening, address already in use, eaddrinuse, socket in use, port taken, already
  in use, port conflict, conflicting
zeromq: zmq, zeromq, 0mq, pub sub, pubsub, publisher, subscriber, 5555, 5556, 5557, 5558

# exchanges and brokers
exchange: exchange, exch, exchanges, venue, venues, binance, coinbase, kraken, cb, bnb, gdax, marketplace, counter
  party
broker: broker, oanda, alpaca, metatrader, mt4, mt5, fxtrade, ib
metatrader: metatrader, mt4, mt5, mt, meta trader, expert advisor, ea bridge
outage: outage, maintenance, status page, maintenance mode, maintenance window, upgrade window, scheduled downtime
ratelimit: rate limit, rate limits, ratelimit, rate limited, rate limiting, ratelimited, 429, 418, 1003, 1015,
  throttle, throttled, throttling, too many requests, banned, ban, ip ban, used weight, weight, request rate, api
  limit, requests per, call counter, api counter, backoff, back off, request limit, limit exceeded
credentials: key, keys, api key, apikey, api keys, cred, creds, credential, credentials, secret, secrets, token, auth,
  authenticate, authentication, authorization, unauthorized, unauthorised, 401, 403, forbidden, passphrase, password,
  login, log in, logon, signature, invalid key, key expired, permission, permissions, rotate, apca
leaked: leak, leaked, compromise, compromised, exposed, stolen, published, posted, pushed to github, on github, in the
  repo, pastebin
nonce: nonce
sandbox: sandbox, testnet, paper, paper trading, live, live trading, prod, production, wrong environment, wrong
  account, wrong env, base url, demo account
geo: geo, geographic, geoblock, region, country, ip not allowed, whitelist, allowlist, whitelisted, access denied,
  restricted location, 451, blocked location
deprecated: deprecated, deprecation, api version, old version, sunset, obsolete, v1, changelog
delisted: delist, delisted, delisting, invalid symbol, unknown symbol, symbol not found, pair gone, pair removed
minimum: minimum, min, min size, too small, below, notional, min notional, min_notional, dust
symbol: symbol, symbols, sym, syms, ticker symbol, pair, pairs, instrument, instruments, ric, stock, stocks, coin, coins

# market data
marketdata: market data, marketdata, md, mkt data, mktdata, tick, ticks, quote, quotes, feed, feeds, ticker, tickers,
  price data, price, prices, px, candle, candles, bars, bar, stream, streams, price update, price updates, data feed
subscribe: subscribe, subscribed, subscription, subscriptions, subs, unsubscribed, sub
stale: stale, old, outdated, out of date, aged, age, lagging, lag, behind, delay, delayed, late, freshness, not
  current, yesterday, not updating, frozen price, frozen prices, stuck price
orderbook: order book, orderbook, book, books, lob, ob, depth, crossed, crossed book, level 2, l2, bid, ask, bids,
  asks, best bid, top of book, inverted
sequence: sequence, sequence gap, seq gap, seq, gap, gaps, missed updates, missed update, resync, snapshot, missed
  messages
backlog: queue, queues, backlog, backing up, backed up, backup of messages, queue full, queue depth, piling up, pile
  up, buildup, build up, overflow, dropping events, cannot keep up, cant keep up, hwm
halted: halted, suspended, trading halt, luld, halt

# orders
order: order, orders, ord, ords, child order, parent order, clordid, submission
placed: place, placed, placing, submit, submitted, submits, submitting, submission, send, sends, sent, sending, go
  out, goes out, going out, leave, leaves, hit the market, hitting, nothing sent, route out, transmit
rejected: reject, rejects, rejected, rejection, rejections, refuse, refuses, refused, bounce, bounces, bounced,
  bouncing, deny, denied, denies, decline, declined, blocked, turned down, not accepted, knocked back
filters: lot size, lotsize, price filter, tick size, step size, min notional, percent price, filter, filters, invalid
  quantity, invalid price, price out of range, out of range, price too high, price too low, precision, bad qty,
  rounding
pending: pending, stuck, hang, hanging, hangs, limbo, no ack, unacked, not acked, unacknowledged, not confirmed, never
  confirmed, unconfirmed, in flight, lost order, ghost order, no confirmation, never acked, pending new, pendings,
  waiting for ack
fill: fill, fills, filled, execution report, exec report, exec reports, executed, partial fill, partials, execs, trade
  report, got filled, missed execution, booked
position: position, positions, pos, inventory, holding, holdings, flat, net position, book position
execute: execute, executes, executed, executing, execution, executions, trade, trades, trading, traded
cancel: cancel, cancels, cancelled, canceled, pull orders, flatten, liquidate, close out, get flat, unwind, close all
reconcile: reconcile, reconciliation, recon, break, breaks, mismatch, match, doesnt match, dont match, does not match,
  differ, differs, different from, discrepancy, statement, vs broker, out of sync, off by, compare
slippage: slippage, slipping, slipped, bad fills, bad price, bad px, worse price, terrible price, price improvement,
  market impact, twap, vwap, market orders
funds: balance, balances, funds, fund, funding, money, cash, buying power, insufficient balance, insufficient funds,
  broke, collateral, margin, insufficient, deposit, top up, topup, not enough money

# strategies and risk
strategy: strategy, strategies, strat, strats, algo, algos, algorithm, alpha, market maker, market making, mm,
  momentum, quant, my_strategy
signal: signal, signals, trigger, triggers, triggering, fire, fires, idle, quiet, does nothing, doing
  nothing
losing: lose, loses, losing, loss, losses, lost money, losing money, bleed, bleeding, bleeds, in the red, drawdown,
  dd, negative pnl, tank, tanking, tanks, underwater, burning money, down money, pnl down, hemorrhaging, daily loss
pnl: pnl, p l, profit, profit and loss, profits, p&l
risk: risk, risk check, risk manager, risk engine, exposure, var, risk mgr
limits: limit, limits, cap, caps, capped, max, maximum, breach, breaches, breaching, violation, violations, violating,
  exceeded, exceeding, exceeds, over limit, too big, over its, blown, threshold, position limit, concentration,
  concentrated
breaker: circuit breaker, circuitbreaker, breaker, circuit_breaker, cb agent, tripped, trip
stop: emergency stop, estop, e stop, kill switch, killswitch, panic button, stop button, stop trading, halt trading,
  trading halt, stop everything, emergency, big red button
enabled: enable, enabled, disable, disabled, switched off, turned off, trading enabled, trading disabled, toggle
signalquiet: no signals, no signal, quiet, idle, does nothing, never triggers, never fires, no trades
model: model, models, onnx, ml, inference, tensor, input shape, weights file, retrain, retrained, prediction
suspicious: suspicious, weird, strange, abnormal, anomalous, anomaly, unusual, hacked, hack, hacker, intruder, fraud,
  rogue, unauthorized, unauthorised, somebody else, someone else, not ours, intrusion, unknown trades

# machines
machine: machine, box, host, server, hardware, rig, instance
slow: slow, slower, slowly, sluggish, latency, lat, laggy, lag, lags, lagging, crawl, crawls, crawling, slows, delay,
  delays, delayed, p50, p90, p95, p99, p999, takes ages, takes forever, take ages, forever, response time, tick to
  trade, took, takes long, long time, response times, duration, snail, unusably, degraded, high latency, blew up
cpu: cpu, cpus, core, cores, processor, pegged, load, load average, loadavg, hot, spin, spinning, busy loop, tight
  loop, busy wait, infinite loop, high load, burning, maxed, overload, overloaded, runaway
threads: thread, threads, thread pool, context switch, context switches, context switching, mutex, lock, locks, lock
  contention, contention, deadlock, deadlocked, blocked thread, lock acquisition
deadlock: deadlock, deadlocked, sigabrt, lock acquisition timeout, stuck lock, livelock
memory: memory, mem, ram, rss, heap, swap, swapping, swaps, memoryerror, vm, footprint, allocation, gc
memleak: memory leak, mem leak, leak, leaks, leaking, climbing, creeping, keeps growing, growing, grows, gradually,
  keeps climbing, eats ram, eats memory, eat memory, eating memory, creeping up, valgrind, heap dump
oom: oom, out of memory, oomkill, oomkilled, oom killed, oom killer, killed by kernel, 137, memory allocation failed,
  cannot allocate memory, not enough memory, std bad_alloc, bad alloc, killed process, sigkill, memoryerror
disk: disk, disks, hd, hdd, ssd, storage, volume, space, filesystem, mount, inode, inodes, df, var
diskfull: disk full, no space left, enospc, out of space, out of disk, disk space, space low, diskspacelow, nearly
  full, almost full, full disk, filled up, no space, disk usage, low disk, disk almost full, core files, core dump,
  core dumps
files: too many open files, emfile, enfile, file descriptor, file descriptors, fd, fds, nofile, ulimit, file handles,
  open files, descriptor leak, fd leak, handles
start: start, starts, starting, started, startup, boot, boots, booting, launch, launched, come up, comes up, came up,
  bring up, fails to start, wont start, init, initialise, initialize, spin up, doesnt come up, not coming up, stay up
crash: crash, crashes, crashed, crashing, die, dies, died, dying, exit, exits, exited, quit, quits, panic, panicked,
  panics, segfault, segmentation fault, abort, aborted, sigsegv, sigabrt, core dumped, falls over, fell over,
  traceback, exception, unhandled, blows up, exit code, exited with code
restart: restart, restarts, restarting, restarted, restart count, bounces, reboot, reboots, crashloop, keeps
  restarting, over and over, respawn, respawning
crashloop: crash loop, crashloop, crash loop back off, crashloopbackoff, back off restarting, backoff restarting,
  restarts over and over, keeps dying, keeps crashing, keeps restarting, wont stay up, restart loop
frozen: freeze, freezes, frozen, froze, hung, unresponsive, not responding, nothing responds, does not respond, doesnt
  respond, nothing answers, no response, everything hangs, locked up, kernel panic, stalled, wedged
down: down, dead, outage, gone, offline, unavailable, unreachable, away, total outage, completely down, kaputt,
  broken, not running, isnt running, not up, died, system down
status: health check, healthcheck, health, healthy, unhealthy, healthz, liveness, readiness, probe, marked unhealthy
libraries: shared library, shared libraries, shared object, so file, ldd, libzmq, libssl, glibc, libstdc, ld.so
permission: permission denied, perm denied, perms, permissions, permission, eacces, eperm, chown, chmod, not
  permitted, ownership, access denied, operation not permitted, setcap, capability
config: config, configs, configuration, configure, configured, conf, cfg, setting, settings, json, toml, yaml, yml,
  ini, production.json, system.json, misconfigured, config file
parse: parse, parsing, parse error, parser, syntax, syntax error, trailing comma, malformed, unexpected token,
  expected value, invalid json, invalid yaml, indent, indentation, line column, broken json, typo, deserialize
environment: env, env var, env vars, environment, environment variable, environment variables, dotenv, not set,
  missing variable, environmentfile, unset
clock: clock, clocks, ntp, ntpd, chrony, chronyd, time sync, drift, skew, clock drift, clock skew, out of sync clock,
  system time, timestamp, timestamps, recvwindow
profile: profile, profiling, profiler, profiled, cprofile, flamegraph, flame graph, py spy, perf, tracemalloc,
  memory_profiler, memory profiler, heaptrack, pprof
capture: tcpdump, pcap, packet capture, wireshark, netshoot, istio, istioctl, service mesh, sniff, envoy

# databases
database: database, databases, db, dbs, postgres, postgresql, pg, psql, timescale, timescaledb, sql, mongo, mongodb,
  mongosh, rdbms, hypertable, table, tables
postgres: postgres, postgresql, pg, psql, timescale, timescaledb, pgbouncer, hypertable, pg_stat_statements
mongo: mongo, mongodb, mongosh, mongod, mongoserverselectionerror, mongoose, collscan, replica set, rs.status
redis: redis, redis cli, pong, cache server
bigquery: bigquery, bq, dataset, datasets, big query
pool: pool, connection pool, pool exhausted, too many connections, too many clients, connection slots, remaining
  connection slots, max connections, max_connections, idle connections, idle sessions, idle in transaction, out of
  connections, conns, pool size, no more connections, connection limit, maxincomingconnections
query: query, queries, select, selects, statement timeout, slow query, slow queries, seq scan, full scan, collscan,
  explain, index, indexes, missing index, vacuum, bloat, analyze, createindex, slow select, table scan
replica: replica, replicas, replication, standby, secondary, secondaries, follower, slave, wal, replay, replication
  lag, replica set, read replica, stale reads, streaming replication
corrupt: corrupt, corrupted, corruption, garbled, garbage, checksum, checksums, sha256, integrity, damaged,
  deserialize, cannot read, unreadable, bad data, data wrong, scrambled, broken file, broken tables, invalid data
backup: backup, backups, restore, restored, restoring, recover data, dump, get back, bring back, roll back data
dataloss: data loss, lost data, deleted, wiped, dropped the, dropped table, dropped tables, truncated, erased, data
  gone, lost rows, lost records, overwritten
records: transaction, transactions, txn, txns, tx, record, records, row, rows, missing trades, trades missing, missing
  records, entries

# containers and clusters
kubernetes: kubernetes, k8s, kubectl, kube, pod, pods, cluster, namespace, helm, gke, deployment, deployments, node,
  nodes, replicaset, daemonset, statefulset
container: container, containers, docker, compose, docker compose, dockerd, podman, containerd
unscheduled: unschedulable, not scheduled, scheduled, scheduling, schedule, scheduler, nodes are available,
  insufficient cpu, insufficient memory, node selector, nodeselector, taint, taints, tolerations, no node, affinity,
  stuck in pending
ingress: ingress, load balancer, loadbalancer, lb, 502, 503, 504, bad gateway, external access, from outside, nginx,
  backend service, gateway
netpolicy: network policy, network policies, networkpolicy, networkpolicies
selector: selector, selectors, label, labels, endpoints, no endpoints, endpoint
quota: quota, resource quota, resourcequota, exceeded quota, limitrange, namespace limit
manifest: manifest, manifests, kubectl apply, apply, dry run, api versions, no matches for kind, apps v1beta1,
  validation error, error validating
imagepull: image pull, imagepull, image pull back off, imagepullbackoff, errimagepull, pull secret, registry, regcred,
  cannot pull, pull image
build: build, builds, building, compile, compiling, cargo, cargo build, docker build, cloud build, dockerfile, base
  image, image build, wont build, make, linker
dependency: dependency, dependencies, pip, pip conflict, crates, npm, requirements, package, packages, download error,
  download errors, mirror
deploy: deploy, deploys, deployed, deploying, deployment, rollout, rollouts, release, released, new version, roll
  back, rollback, roll out, upgrade, shipped
autoscale: hpa, autoscale, autoscaling, scale up, scale out, scaling, replicas, horizontal
agent: agent, agents, coordinator, mcp, bot, bots
register: register, registered, registration, unregistered, agents listed, enrolled, not registered
service: service, services, svc, daemon, systemd, systemctl, unit, microservice, app, application
errors5xx: 5xx, 500, error rate, errorrate, high error rate, internal server error, failure rate, failed rate
concurrency: concurrent, concurrency, parallel, too many requests at once, simultaneous, traffic, flood, flooded
cache: cache, caching, cached, lru, memoize

# watching
alerting: alert, alerts, alerting, alarm, alarms, alertmanager, pager, paged, pagerduty, page, notification,
  notifications, notified, alert rules, rules not loaded
prometheus: prometheus, prom, promql, scrape, scraping, exporter, target down, promtool
dashboard: dashboard, dashboards, grafana, panel, panels, graph, graphs, chart, charts, blank, datasource, no data
logs: log, logs, logging, logline, log level, rust_log, debug log, debug logging, journal, journalctl, stern, grep,
  gcloud logging, stackdriver, loki
userstream: listen key, listenkey, user data stream, user stream

# people and procedures
whom: who do i call, who to call, whom, escalate, escalation, contact, contacts, who is responsible, call somebody,
  wake up, phone number
collect: bundle, collect, diagnostics, support ticket, ticket, for support, for the devs, tarball, attach logs, gather
recovery: recovery, recover, resume, resuming, checklist, resume trading, bring back up
method: no idea, no clue, where do i start, where to start, something is off, something is wrong, something wrong,
  dont know, unknown problem, clueless, not sure what
incident: incident, sev1, sev 1, p1, major incident, war room, declared
quickcheck: quick check, quick look, quick health check, all healthy, all fine, is everything ok, everything ok,
  sanity check, status overview, overview
"""
"""A concept a line, or more where the next ones are indented: its name, and what says it."""

NEGATIONS = """
no not nothing none never cant cannot couldnt wont doesnt didnt isnt arent dont hasnt havent without nobody zero
missing fails failing fail failed failure failures lost stopped
"""
"""Something that should be is not. Said of nearly every trouble, so it says little, but it is no chatter."""

CHATTER = """
a about after again all also am an and any anybody anyone anything are around as at back be because been before being
both but by can could did do does doing done during each either em else even ever every everybody everyone everything
few firing for from get gets getting give go goes going good got had has have having he hello help hence her here hey
hi him his how i if im in into is it its itself ive just keep keeps kind know last let lets like look looks looking
lot lots made make makes many may maybe me might mine more most much must my myself need needs new next now of ok okay
on once one only onto or other others our ours out over own please pls plz pretty put quite rather really right said
same say says see seem seems seen she should since so some somebody somehow someone something still stuff such sure
take takes tell than thank thanks that the their them then there these they thing things think this those though thru
till to today together tonight too try trying two under until up upon us use used uses using usage very via want wants
was way we well went were what whats when where which while who whole whom whos whose why will with within would wtf
ya yes yet you your yours damn hell fuck fucking shit crap bloody guys folks mate man ffs omg lol hmm uh um argh asap
urgent urgently morning night minute minutes min hour hours hr day days week weeks second seconds sec time times com
www http https org io dev example error errors err warn warning info debug fatal critical crit level msg message
problem problems issue issues trouble wrong bad happening happens happened happen suddenly completly completely
totally kinda sort bit little big large super ages couple bunch first etc eg ie vs per
"""
"""What everybody says and what says nothing."""

SYMBOLS = """
aapl amzn btc btcusdt btcusd doge eth ethusdt ethusd eur eurusd gbp gbpusd goog jpy meta msft nvda sol spy tsla usd
usdc usdjpy usdt xrp
"""
"""What is traded: which one it is says nothing of what is wrong."""
