"""The trade's words: what operators call things, by concept. Slang, abbreviations, products, log words.

A concept joins what means the same at a desk at night; a word may belong to several, and several words may mean one
thing together. Endings do not matter. What your people say may be added: it serves every system. What is written around
it stands in everyday.py."""

from __future__ import annotations

CONCEPTS = """
# connections
websocket: websocket, web socket, ws, wss, wscat, websocat, websockets, websocket error, ws error, ws closed, socket
  closed, close code, 1006, 1001, on_close, onclose, stomp, signalr, socket io
connect: connect, connection, conn, conns, connector, connectivity, handshake, cannot reach, cant reach, reach,
  reachable, unreachable, talk to, get through, no route, econnrefused, connection refused, refused, telnet,
  econnreset, log in, login, link, links, uplink, reconnects, reconnecting, establish, established, establishing,
  handshake failed, cannot connect, cant connect, unable to connect, could not connect, connect failed, failed to
  connect, connectexception, connectionerror, connection error, connecterror, clientconnectorerror, no route to host,
  ehostunreach, enetunreach, broken pipe, epipe, tcp, socket, sockets, syn, session, sessions, logon
disconnect: disconnect, disconnected, disconnection, reconnect, drop, drops, flap, flapping, econnreset, closed,
  connection lost, lost connection, lost conn, conn lost, connection reset, link down, offline, goes away, kicked out,
  kicked off, dropping out, disconnects, disconnecting, unplugged, kicked, kicks us, lost session, session lost, conn
  reset, reset by peer, connection closed, closed by remote, connection dropped, dropped connection, flaky, unstable,
  intermittent, on and off, comes and goes, in and out, eof, unexpected eof, heartbeat timeout, missed heartbeat,
  heartbeat, heartbeats, logged out, logout, link flaps, come and go, come back, drop and come back, die and come
  back, dies and comes back, every minute it drops
dns: dns, resolve, resolver, resolution, nslookup, dig, nxdomain, enotfound, hostname, could not resolve, name
  resolution, name or service not known, etc hosts, coredns, kube dns, servfail, getaddrinfo, gethostbyname,
  eai_again, host not found, unknown host, unknownhostexception, no such host, temporary failure in name resolution,
  name does not resolve, names, resolv, resolv.conf, fqdn, lookup, lookups, unresolved, cant resolve, not resolving,
  doesnt resolve
firewall: firewall, ufw, iptables, nftables, outbound, egress, blocked port, security group, hardening, blocks us, fw,
  fwall, acl, blocked by firewall, ports closed, port closed, port blocked, whitelist rule, drop rule, filtered,
  security groups, nothing gets out, cannot get out, outgoing, outgoing traffic, netfilter, deny rule
proxy: proxy, https proxy, http proxy, squid, proxied
tls: ssl, tls, cert, certs, certificate, x509, handshake, ca bundle, openssl, expired cert, ssl error, ssl errors, tls
  error, certificate expired, cert expired, expired certificate, self signed, ca certificates, certificate verify
  failed, verify failed, unable to get local issuer, chain, handshake failure, sslerror, cipher, hsts, letsencrypt,
  cert manager
network: network, net, nic, eth0, interface, wire, switch, isp, carrier, lan, wan, bandwidth, congestion, networking,
  netw, ethernet, eth1, ens5, bond0, cable, fiber, cross connect, router, vlan, mtu, multicast, packets, packet, drops
  on the nic, crc errors, line, circuit, cloudflare, uplink down, collocation, colo
roundtrip: ping, rtt, round trip, jitter, traceroute, tracert, mtr, hop, hops, route, routing, packet loss, packets
  lost, dropped packets, packet drops, lossy, spikes, pings, pinging, rtts, ping time, ping times, spike, spiking,
  spiky, loses packets, losing packets, retransmits, retransmit, retransmission, bgp, path, reroute, rerouted,
  asymmetric, latency to exchange, network latency, network lag, line latency, hiccup, hiccups
nat: nat, conntrack, keepalive, keep alive, idle timeout, nat timeout, idle sockets, idle connection, tcp keepalive,
  keepalives, nat table, conntrack table
timeout: timeout, time out, timed out, times out, timing out, deadline exceeded, etimedout, no response, no answer,
  not answering, does not answer, doesnt answer, not respond, no reply, timeouts, read timeout, connect timeout,
  request timeout, 504, 408, gateway timeout, context deadline exceeded, timeouterror, socket timeout, hangs then
  fails, waits forever, never answers, never returns, never responds, no reply from, not replying, no reaction
port: port, bind, binding, listen, listening, address already in use, eaddrinuse, socket in use, port taken, already
  in use, port conflict, conflicting, ports, port in use, port busy, port occupied, already bound, cannot bind, cant
  bind, failed to bind, bind failed, address in use, eaddrnotavail, listener, listeners, same port, lsof, taken by
  another
zeromq: zmq, zeromq, 0mq, pub sub, pubsub, publisher, subscriber, 5555, 5556, 5557, 5558, zeromq socket, zmqerror,
  publishers, subscribers, dealer, router socket, pub socket, sub socket, message bus

# exchanges and brokers
exchange: exchange, exch, exchanges, venue, venues, binance, coinbase, kraken, cb, bnb, gdax, marketplace, counter
  party, bybit, okx, bitstamp, bitfinex, gemini, huobi, kucoin, deribit, ftx, cme, nasdaq, nyse, eurex, lse, dex, cex,
  aster, aster dex, liquidity provider, lp, ecn, counterparty, execution venue
broker: broker, oanda, alpaca, metatrader, mt4, mt5, fxtrade, ib, brokers, brokerage, brokerage account, prime broker,
  ibkr, interactive brokers, fxcm, dukascopy
metatrader: metatrader, mt4, mt5, mt, meta trader, expert advisor, ea bridge, metaquotes, mql, expert, ea
openai: openai, chatgpt, gpt, gpt4, llm, language model, completion, completions, anthropic
outage: outage, maintenance, status page, maintenance mode, maintenance window, upgrade window, scheduled downtime,
  outages, exchange down, exchange outage, down for maintenance, maint, scheduled maintenance, system upgrade, service
  unavailable, 503, incident on their side, status site, degraded performance, halted by exchange, exchange closed,
  offline for maintenance, planned downtime
ratelimit: rate limit, rate limits, ratelimit, rate limited, rate limiting, ratelimited, 429, 418, 1003, 1015,
  throttle, throttled, throttling, too many requests, banned, ban, ip ban, used weight, weight, request rate, api
  limit, requests per, call counter, api counter, backoff, back off, request limit, limit exceeded, rate limits hit,
  ratelimits, too many request, too many new orders, weight limit, weight used, x mbx used weight, retry after,
  temporarily banned, ip banned, slow down, quota of requests, calls per minute, requests per second, hammering,
  spamming the api, hitting the limit, hit the limit, api limits, overrate, eapi rate limit, rate exceeded, penalty
  box, cool down, cooldown, token bucket
credentials: key, keys, api key, apikey, api keys, cred, creds, credential, credentials, secret, secrets, token, auth,
  authenticate, authentication, authorization, unauthorized, unauthorised, 401, 403, forbidden, passphrase, password,
  login, log in, logon, signature, invalid key, key expired, permission, permissions, rotate, apca, wrong key, bad
  key, invalid api key, invalid apikey, api secret, secret key, hmac, signing, bad signature, invalid signature, sig,
  jwt, oauth, bearer, not authorized, unauthenticated, authentication failed, auth failed, auth error, access denied,
  wrong password, expired key, key revoked, revoked, access key, keypair, passwd, pwd, username, login failed, cannot
  log in, cant log in, credentials expired, 2014, 2015, 1022, permission for this action
leaked: leak, leaked, compromise, compromised, exposed, stolen, published, posted, pushed to github, on github, in the
  repo, pastebin, leaking key, key leak, key leaked, leaked key, leaked secret, public repo, public repository, git
  history, committed the key, committed secret, in plain text, plaintext, disclosed, revealed, breached, phished,
  phishing, stolen key, keys stolen, exfiltrated, key compromise, unauthorized access, unauthorised access
nonce: nonce, nonces, invalid nonce, nonce too low, nonce too small, einvalid nonce, increasing nonce
sandbox: sandbox, testnet, paper, paper trading, live, live trading, prod, production, wrong environment, wrong
  account, wrong env, base url, demo account, test environment, wrong endpoint, staging, uat, paper account, live
  account, real money, demo, simulated, simulation, prod account, pointed at, points at, wrong url, environment
  mismatch
geo: geo, geographic, geoblock, region, country, ip not allowed, whitelist, allowlist, whitelisted, access denied,
  restricted location, 451, blocked location, geofence, geo restricted, geographically, restricted, restricted region,
  not available in your region, unavailable for legal reasons, ip whitelist, ip restricted, ip restriction,
  unauthorized ip, source ip, egress ip, ip changed, our ip, vpn, blocked country
deprecated: deprecated, deprecation, api version, old version, sunset, obsolete, v1, changelog, deprecate, end of
  life, eol, removed endpoint, old endpoint, api change, api changes, breaking change, api upgrade, new api, v2, v3,
  unsupported version, no longer supported, 410, gone 410, sunsetting, discontinued
delisted: delist, delisted, delisting, invalid symbol, unknown symbol, symbol not found, pair gone, pair removed,
  unlisted, no longer listed, no such symbol, bad symbol, symbol gone, pair delisted, unknown pair, unknown
  instrument, not tradable, not tradeable, symbol doesnt exist, unknown asset, 1121
minimum: minimum, min, min size, too small, below, notional, min notional, min_notional, dust, below minimum, below
  min, order too small, size too small, minimum size, minimum order, too little, tiny, smallest, min order, min qty,
  min quantity, order size
symbol: symbol, symbols, crypto, forex, share, shares, sym, syms, ticker symbol, pair, pairs, instrument, instruments,
  ric, stock, stocks, coin, coins, asset, assets, contract, contracts, currency pair, fx pair, security, securities,
  isin, name, names, product, products, one symbol, single symbol, one ticker

# market data
marketdata: market data, marketdata, md, mkt data, mktdata, tick, ticks, quote, quotes, feed, feeds, ticker, tickers,
  price data, price, prices, px, candle, candles, bars, bar, stream, streams, price update, price updates, data feed,
  mdata, market feed, price feed, pricefeed, price stream, tape, prints, print, bbo, nbbo, l1, level 1, ohlc, ohlcv,
  kline, klines, trade prints, market updates, data stream, mds, pricing, rates, last price, mid, spot, streaming
nodata: no market data, no data, no ticks, no quotes, no prices, no feed, nothing coming in, nothing comes in, nothing
  arriving, nothing received, feed dead, dead feed, feed down, feed died, feed gone, feed stopped, no updates, no more
  ticks, silent feed, feed silent, feed silence, silence, silent, flatline, flatlined, dried up, stopped updating,
  zero messages, zero events, zero rate, no messages, no candles, data stopped, stream stopped, stream died, stopped
  receiving, not receiving, dont receive, no price
subscribe: subscribe, subscribed, subscription, subscriptions, subs, unsubscribed, sub, subscriptions lost,
  resubscribe, not subscribed, subscription failed, topic, topics, unsub, channels, subscribing
stale: stale, old, outdated, out of date, aged, age, lagging, lag, behind, delay, delayed, late, freshness, not
  current, yesterday, not updating, frozen price, frozen prices, stuck price, stale data, stale prices, stale quotes,
  stale price, staleness, too old, aging, ancient, lags behind, running behind, catching up, cannot catch up, not
  fresh, delayed data, delayed quotes, delayed prices, old prices, old price, seconds old, seconds behind, minutes
  old, minutes behind, late ticks, frozen quotes, quotes frozen, prices frozen, prices froze, last update, seconds
  ago, minutes ago, min ago, sec ago
orderbook: order book, orderbook, book, books, lob, ob, depth, crossed, crossed book, level 2, l2, bid, ask, bids,
  asks, best bid, top of book, inverted, limit order book, orderbooks, order books, ladder, dom, top of the book, best
  ask, best offer, best bid ask, bid ask, bid above ask, ask below bid, negative spread, spread negative, negative
  quantity, negative qty, zero quantity, levels, price level, price levels, book crossed, locked book, book broken,
  book wrong, wrong book, phantom liquidity, ghost levels
sequence: sequence, sequence gap, seq gap, seq, gap, gaps, missed updates, missed update, resync, snapshot, missed
  messages, out of sequence, out of order, sequence number, sequence numbers, seqno, seq no, gapped, gap fill, missing
  update, missing updates, lost updates, update id, updateid, lastupdateid, lost messages, missed packet, resnapshot,
  rebuild book, desync, desynced, snapshots
backlog: queue, queues, backlog, backing up, backed up, backup of messages, queue full, queue depth, piling up, pile
  up, buildup, build up, overflow, dropping events, cannot keep up, cant keep up, hwm, queued, queueing, queues full,
  queue is full, buffer, buffers, buffer full, buffers full, ring buffer, slow consumer, consumer lag, backpressure,
  bottleneck, pile, piles up, stacking up, messages waiting, saturated, swamped, drowning, cannot process, falling
  behind, falls behind, too much data, discarding, discarded, dropped events, dropped messages
halted: halted, suspended, trading halt, luld, halt, trading suspended, market closed, closed market, volatility
  pause, circuit breaker halt, luld pause, pre open, auction

# orders
order: order, orders, ord, ords, child order, parent order, clordid, submission, orderid, order id, new order, limit
  order, market order, order flow, orderflow, order entry, oms, order management, nos, 35 d, child orders
placed: place, placed, placing, submit, submitted, submits, submitting, submission, send, sends, sent, sending, go
  out, goes out, going out, leave, leaves, hit the market, hitting, nothing sent, route out, transmit, place order,
  placing orders, put in, puts in, enter, entered, entering, goes through, go through, going through, get out, gets
  out, out the door, reaches, reaching, arrive at, sent to exchange, fires orders, order submission, order placement,
  quoting, quote orders, not trading, no orders, no order, zero orders, doesnt trade, wont trade, stopped trading,
  nothing traded
rejected: reject, rejects, rejected, rejection, rejections, refuse, refuses, refused, bounce, bounces, bounced,
  bouncing, deny, denied, denies, decline, declined, blocked, turned down, not accepted, knocked back, rejecting, rej,
  rejs, reject rate, rejected orders, order reject, order rejects, orderrejected, order rejected, knocks back, kicks
  back, kicked back, denied by, thrown out, turns down, nack, nak, ord rej, 39 8, invalid order, returned with error,
  comes back, come back, came back, gets refused, not allowed, prohibited, vetoed, veto
filters: lot size, lotsize, price filter, tick size, step size, min notional, percent price, filter, filters, invalid
  quantity, invalid price, price out of range, out of range, price too high, price too low, precision, bad qty,
  rounding, filter failure, min_notional, lot_size, price_filter, percent_price, max_num_orders, stepsize, ticksize,
  tick increments, decimals, decimal places, too many decimals, rounding error, invalid qty, invalid size, invalid
  volume, price band, price bands, price collar, collar, price limits, fat finger, outside limits, 1013, 1111, filter
  violation
pending: pending, stuck, hang, hanging, hangs, limbo, no ack, unacked, not acked, unacknowledged, not confirmed, never
  confirmed, unconfirmed, in flight, lost order, ghost order, no confirmation, never acked, pending new, pendings,
  waiting for ack, pending orders, pending order, pending cancel, pendingnew, order pending, open forever, working
  order, hung order, hung orders, orders hung, orphan, orphaned, orphan orders, zombie order, zombie orders, unknown
  order state, order state unknown, unknown status, no exec report, no execution report, no confirm, no confirms,
  unacknowledged orders, waiting on ack, ack missing, missing ack, acks, ack, acknowledgement, acknowledgment,
  inflight, not filled not cancelled
fill: fill, fills, filled, execution report, exec report, exec reports, executed, partial fill, partials, execs, trade
  report, got filled, missed execution, booked, filling, fill report, fills missing, missing fill, missing fills, lost
  fill, lost fills, trade confirmation, drop copy, fill notification, executionreport, partially filled, trade
  captured, deal, deals
position: position, positions, pos, inventory, holding, holdings, flat, net position, book position, net pos, exposure
  position, stock position, book pos, open positions, posn, posns, pos keeping, position keeping, long, short, wrong
  position, positions wrong, position off, position mismatch, holdings wrong
execute: execute, executes, executed, executing, execution, executions, trade, trades, trading, traded, traded volume,
  dealing, execution engine
cancel: cancel, cancels, cancelled, canceled, pull orders, flatten, liquidate, close out, get flat, unwind, close all,
  cxl, cancelling, cancels all, cancel all, mass cancel, pull quotes, kill orders, kill all orders, get out of, close
  positions, close position, close everything, dump position, exit position, liquidation, flattening, flat out
reconcile: reconcile, reconciliation, recon, break, breaks, mismatch, match, doesnt match, dont match, does not match,
  differ, differs, different from, discrepancy, statement, vs broker, out of sync, off by, compare, recs, rec break,
  recon break, unmatched, doesnt tie, do not tie, does not tie, doesnt agree, dont agree, disagree, disagrees,
  inconsistent, inconsistency, two different, not the same, doesnt add up, dont add up, delta between, difference,
  differences, diff, diverge, diverged, divergence, missing vs, compare with broker, audit, unaccounted, one trade
  short, short one trade, dont have, does not have, doesnt have, not in our books, trade short, does not equal, doesnt
  equal, dont sum, sums dont
slippage: slippage, slipping, slipped, bad fills, bad price, bad px, worse price, terrible price, price improvement,
  market impact, twap, vwap, market orders, slipped fills, poor fills, poor execution, execution quality, bad
  executions, filled worse, filled too high, filled too low, price worse, paid too much, paying up, overpaying, cost
  of execution, implementation shortfall, sweep, sweeps, large orders, big orders, iceberg, participation, thin book,
  illiquid, low liquidity, wide spread, wide spreads, spread wide
funds: balance, balances, funds, fund, funding, money, cash, buying power, insufficient balance, insufficient funds,
  broke, collateral, margin, insufficient, deposit, top up, topup, not enough money, insufficient margin, insufficient
  buying power, out of money, no money, no cash, no funds, no balance, account empty, empty account, low balance, not
  enough balance, not enough funds, not enough cash, short of cash, wallet, usdt balance, available balance,
  purchasing power, equity, underfunded, transfer money, 2010, 2019, margin insufficient, buyingpower

# strategies and risk
strategy: strategy, strategies, strat, strats, algo, algos, algorithm, alpha, market maker, market making, mm,
  momentum, quant, my_strategy, trading strategy, trading algo, mm strat, mm algo, mm bot, scalper, arb, arbitrage,
  stat arb, pairs strat, signal generator, bot logic, quoter, trader process, model strat
signal: signal, signals, trigger, triggers, triggering, fire, fires, idle, quiet, does nothing, doing nothing,
  signalling, alphas, generates, generate, generating, generated, entry signal, inactive, dormant, sleeping, does not
  trade, not doing anything
losing: lose, loses, losing, loss, losses, lost money, losing money, bleed, bleeding, bleeds, in the red, drawdown,
  dd, negative pnl, tank, tanking, tanks, underwater, burning money, down money, pnl down, hemorrhaging, daily loss,
  loses money, lost a lot, big loss, big losses, heavy losses, deep red, negative, minus, down on the day, down big,
  daily loss limit, max loss, loss limit, stop loss, pnl negative, pnl tanking, pnl falling, pnl dropping, pnl red,
  pnl bleeding, pnl crash, bleed money, cutting losses, hurting, getting killed, getting crushed, getting run over,
  adverse selection, drawdowns, haircut, mtm, max daily loss, giving it back, hemorrhage
pnl: pnl, p l, profit, profit and loss, profits, p&l, p and l, pandl, profitability, returns, performance of the
  strategy, earnings
risk: risk, risk check, risk manager, risk engine, exposure, var, risk mgr, risks, riskmanager, risk service, risk
  limits, risk limit, pre trade risk, pretrade, pre trade check, risk breach, risk violation, risk violations,
  exposures, delta limit, leverage
riskwrong: risk figures wrong, risk numbers wrong, risk calculation, risk calculations, risk calc, risk calcs, wrong
  risk, risk off, var wrong, exposure wrong, wrong exposure, miscalculated, calculation wrong, calculations wrong,
  computes wrong, nonsense, insane, implausible, makes no sense, absurd
limits: limit, limits, cap, caps, capped, max, maximum, breach, breaches, breaching, violation, violations, violating,
  exceeded, exceeding, exceeds, over limit, too big, over its, blown, threshold, position limit, concentration,
  concentrated, over the limit, limit breach, limit breached, limit hit, limit reached, limits reached, above limit,
  limit violation, notional limit, size limit, pos limit, too large, oversized, beyond, maxed out, overexposed,
  exposure too high, concentration limit, diversify, breached, hit limits
breaker: circuit breaker, circuitbreaker, breaker, circuit_breaker, cb agent, tripped, trip, circuit breakers, breaker
  tripped, breaker open, cb tripped, cb open, halted by breaker, trading halted by risk, breaker active, circuit
  breaker active
stop: emergency stop, estop, e stop, kill switch, killswitch, panic button, stop button, stop trading, halt trading,
  trading halt, stop everything, emergency, big red button, stop all, kill everything, kill it, shut it down, shut
  down trading, halt everything, pull the plug, e-stop, emergency halt, stop button broken, cant stop, cannot stop,
  wont stop, freeze trading, pause trading, suspend trading
enabled: enable, enabled, disable, disabled, switched off, turned off, trading enabled, trading disabled, toggle,
  trading off, trading is off, trading flag, trading switch, disabled trading, not enabled, is false, set to false,
  flag, flags, turned on, switch on
signalquiet: no signals, no signal, quiet, idle, does nothing, never triggers, never fires, no trades, no trades from,
  not trading, doesnt trade, no entries, sits there, just sits, sitting idle, not generating, no activity, zero
  signals, no trade
model: model, models, onnx, ml, inference, tensor, input shape, weights file, retrain, retrained, prediction, ml
  model, model file, model load, load model, onnx runtime, onnxruntime, ort, opset, neural, net weights, features,
  feature vector, feature, shape, dimension, dimensions, inference error, predictions, predict, checkpoint, pickle,
  pytorch, tensorflow, torch, sklearn, scoring
suspicious: suspicious, weird, strange, abnormal, anomalous, anomaly, unusual, hacked, hack, hacker, intruder, fraud,
  rogue, unauthorized, unauthorised, somebody else, someone else, not ours, intrusion, unknown trades, odd, fishy,
  unexplained, not us, nobody here, who did this, did not place, didnt place, strange trades, weird trades, odd
  trades, unknown orders, abuse, abnormal volume, unusual volume, spike in trades, trade burst, runaway algo, account
  takeover, taken over, hijacked, infiltrated, malicious, attack, attacker, tampered, tampering, insider, wash trades,
  nobody opened, who opened, who made, nobody made, who traded, which nobody, that nobody, we didnt, we did not

# machines
machine: machine, box, host, server, hardware, rig, instance
slow: slow, slower, slowly, sluggish, latency, lat, laggy, lag, lags, lagging, crawl, crawls, crawling, slows, delay,
  delays, delayed, p50, p90, p95, p99, p999, takes ages, takes forever, take ages, forever, response time, tick to
  trade, took, takes long, long time, response times, duration, snail, unusably, degraded, high latency, blew up,
  slowness, slowdown, slower than, very slow, too slow, super slow, dog slow, sluggishness, latent, latencies, high
  lat, latency spike, latency high, high p99, p99 high, tail latency, ms, microseconds, micros, millis, milliseconds,
  tick2trade, t2t, wire to wire, end to end, e2e, roundtrip time, turnaround, elapsed, duration_ms, latency_us, slow
  response, slow responses, takes seconds, takes minutes, takes too long, taking long, taking forever, taking ages,
  loading forever, dragging, drags, creeps along, choking, chokes, struggling, struggles, molasses, performance, perf
  issue, poor performance, performance drop, throttled down
cpu: cpu, cpus, core, cores, processor, pegged, load, load average, loadavg, hot, spin, spinning, busy loop, tight
  loop, busy wait, infinite loop, high load, burning, maxed, overload, overloaded, runaway, cpu usage, cpu load, cpu
  high, high cpu, cpu pegged, cpu maxed, cpu 100, cpu100, hundred percent, 100 percent, cpu bound, busy, busy core,
  hot core, spins, spinlock, busy waiting, while true, tight loops, hot path, hot loop, cycles, htop, load1, load5,
  load15, steal, throttling cpu, cpu throttling, governor, frequency scaling, hog, hogs, hogging, cpu hog, eats cpu,
  eating cpu, burns cpu, fan, load avg, cpu time, all cores, every core, cores busy, eats cores, top shows
threads: thread, threads, thread pool, context switch, context switches, context switching, mutex, lock, locks, lock
  contention, contention, deadlock, deadlocked, blocked thread, lock acquisition, thread contention, thread dump,
  threads blocked, workers, worker, worker pool, no free threads, all threads busy, pool of threads, futex, critical
  section, spin lock, race, race condition, pinning, affinity
deadlock: deadlock, deadlocked, sigabrt, lock acquisition timeout, stuck lock, livelock, deadlocks, dead lock, lock
  wait, lock timeout, waiting for lock, mutual wait, stuck on a lock, circular wait, thread stuck
memory: memory, mem, ram, rss, heap, swap, swapping, swaps, memoryerror, vm, footprint, allocation, gc, memory usage,
  mem usage, memory high, high memory, high mem, mem high, memory pressure, out of mem, ram usage, ram full, ram high,
  resident, virtual memory, vms, malloc, jemalloc, garbage collection, memoryusage, highmemory, gigs, gb of memory,
  working set, oomscore
memleak: memory leak, mem leak, leak, leaks, leaking, climbing, creeping, keeps growing, growing, grows, gradually,
  keeps climbing, eats ram, eats memory, eat memory, eating memory, creeping up, valgrind, heap dump, memory growth,
  memory growing, memory grows, mem grows, mem growing, ram growing, ram grows, ever growing, keeps eating, never
  freed, not freed, leaky, steadily rising, rising memory, memory rising, climbs, climbs slowly, goes up and up,
  slowly fills, growth
oom: oom, out of memory, oomkill, oomkilled, oom killed, oom killer, killed by kernel, 137, memory allocation failed,
  cannot allocate memory, not enough memory, std bad_alloc, bad alloc, killed process, sigkill, memoryerror, oom kill,
  oom kills, oom score, oomed, oom reaper, kernel killed, kernel kills, invoked oom killer, signal 9, sig 9, killed
  signal 9, exit 137, exited 137, exitcode 137, bad_alloc, outofmemoryerror, java heap space, alloc failed, allocation
  failed, malloc failed, memory exhausted, ran out of memory, runs out of memory, running out of memory
disk: disk, disks, hd, hdd, ssd, storage, volume, space, filesystem, mount, inode, inodes, df, var, disc, disk usage,
  disk io, iowait, iops, nvme, partition, partitions, filesystems, du, mountpoint, var log, var lib, pvc, pv, ebs,
  raid, read only filesystem, tmp, drive, drives, hard drive
diskfull: disk full, no space left, enospc, out of space, out of disk, disk space, space low, diskspacelow, nearly
  full, almost full, full disk, filled up, no space, disk usage, low disk, disk almost full, core files, core dump,
  core dumps, disks full, hard disk full, partition full, volume full, fs full, filesystem full, filesystem almost out
  of space, filling up, fills up, filling the disk, ran out of space, runs out of space, running out of space, disk
  pressure, diskpressure, disk 100, disk 99, disk 95, out of inodes, no inodes, wal full, pg_wal full, logs fill, big
  logs, huge logs, log files too big, clean up logs, log rotation, logrotate, cores filling, no disk, low on space,
  low space, highdiskusage, quota of disk
files: too many open files, emfile, enfile, file descriptor, file descriptors, fd, fds, nofile, ulimit, file handles,
  open files, descriptor leak, fd leak, handles, too many files, open file limit, fd limit, fds exhausted, fd
  exhaustion, file descriptor limit, out of file descriptors, no file descriptors, no more files, nr_open, file max,
  lsof count, descriptor, descriptors, socket leak, fd count, error 24, errno 24
start: start, starts, starting, started, startup, boot, boots, booting, launch, launched, come up, comes up, came up,
  bring up, fails to start, wont start, init, initialise, initialize, spin up, doesnt come up, not coming up, stay up,
  doesnt start, does not start, cannot start, cant start, not starting, start fails, start failed, failed to start,
  startup failure, startup error, fails at boot, fails on boot, boot fails, wont boot, wont run, doesnt run, wont
  launch, doesnt launch, wont come up, comes up and dies, exits at start, exits on start, dies at start, dies on
  start, dies on startup, crashes on startup, crashes at start, quits at once, at launch, on launch, bring it up, cold
  start, after deploy, after reboot, boot up, bootup, kick off, initialization, initialisation, starts then stops,
  stops right away, exits immediately, exits at once
crash: crash, crashes, crashed, crashing, die, dies, died, dying, exit, exits, exited, quit, quits, panic, panicked,
  panics, segfault, segmentation fault, abort, aborted, sigsegv, sigabrt, core dumped, falls over, fell over,
  traceback, exception, unhandled, blows up, exit code, exited with code, crashing out, crash dump, went down, goes
  down, bombed, bombs, bails, bails out, falling over, keels over, blew up, blown up, segv, sigill, sigbus, assertion
  failed, assert failed, uncaught, stack trace, stacktrace, backtrace, unwrap, null pointer, nullpointer, nil pointer,
  npe, keyerror, typeerror, valueerror, index out of bounds, indexerror, runtimeerror, terminated, process ended,
  process died, process gone, exit status, exit 1, non zero, nonzero, stopped unexpectedly, main panicked, poisoned
restart: restart, restarts, restarting, restarted, restart count, bounces, reboot, reboots, crashloop, keeps
  restarting, over and over, respawn, respawning, restart loop, rebooted, restarts all the time, constantly
  restarting, restart counter, restartcount, bouncing, cycle, cycles, cycling, power cycle, supervisor, restarts every
crashloop: crash loop, crashloop, crash loop back off, crashloopbackoff, back off restarting, backoff restarting,
  restarts over and over, keeps dying, keeps crashing, keeps restarting, wont stay up, restart loop, crashlooping,
  crash looping, kubepodcrashlooping, podcrashlooping, loops, restarts constantly, restarting constantly, always
  restarting, restarts all the time, dies again and again, crashes again and again, crash again and again, keeps
  falling over, keeps exiting, backoff, back off, up and down, cant stay up
frozen: freeze, freezes, frozen, froze, hung, unresponsive, not responding, nothing responds, does not respond, doesnt
  respond, nothing answers, no response, everything hangs, locked up, kernel panic, stalled, wedged, freezing, hard
  hang, hangs completely, hang completely, completely hung, system hung, not reacting, nothing reacts, does not react,
  doesnt react, no reaction, ssh hangs, cant ssh, cannot ssh, console dead, hard lockup, soft lockup, lockup, zombie
  process, defunct, d state, brain dead, catatonic, everything stuck, stands still, standstill, unreactive
down: down, dead, outage, gone, offline, unavailable, unreachable, away, total outage, completely down, kaputt,
  broken, not running, isnt running, not up, died, system down, is down, went dark, dark, blackout, toast, borked,
  hosed, busted, kaput, fubar, dead in the water, knocked out, out of service, out of order, all red, everything red,
  red, fails completely, totally dead, completely dead, all gone, everything gone, lost everything, crashed
  completely, not there, no longer there, no longer runs, nothing works, nothing is working, doesnt work, not working,
  does not work, failed
status: health check, healthcheck, health, healthy, unhealthy, healthz, liveness, readiness, probe, marked unhealthy,
  unhealthy container, health endpoint, health probe, probes failing, readiness probe, liveness probe, failing health,
  red health, health check fails, health checks, not ready, notready, targets unhealthy, alive, heartbeat endpoint,
  ping endpoint, marked bad, taken out of rotation, out of rotation, taken out
libraries: shared library, shared libraries, shared object, so file, ldd, libzmq, libssl, glibc, libstdc, ld.so,
  missing library, missing lib, missing libs, lib missing, libs, lib, library, cannot open shared object, no such
  library, undefined symbol, symbol lookup error, libc, so missing, dylib, ldconfig, shared libs, dynamic linker,
  error while loading
permission: permission denied, perm denied, perms, permissions, permission, eacces, eperm, chown, chmod, not
  permitted, ownership, access denied, operation not permitted, setcap, capability, permission problem, no permission,
  file permissions, wrong owner, owner, owned by root, sudo, root only, cannot write, cant write, cannot read file,
  not writable, not readable, selinux, apparmor, 13 permission, errno 13, privileges, privilege, rights, access rights
config: config, configs, configuration, configure, configured, conf, cfg, setting, settings, json, toml, yaml, yml,
  ini, production.json, system.json, misconfigured, config file, config error, bad config, wrong config, config wrong,
  config broken, invalid config, invalid configuration, configs broken, config missing, missing config, config gone,
  config not found, config mistake, misconfig, misconfiguration, parameter, parameters, params, param, properties,
  configmap, wrong value, settings file, conf file, load configuration, config drift
parse: parse, parsing, parse error, parser, syntax, syntax error, trailing comma, malformed, unexpected token,
  expected value, invalid json, invalid yaml, indent, indentation, line column, broken json, typo, deserialize, parse
  failed, failed to parse, cannot parse, cant parse, jsondecodeerror, json decode, yaml error, yamlerror,
  tomldecodeerror, scanner error, mapping values, unexpected character, unexpected end, unterminated, missing comma,
  missing quote, missing brace, bracket, brackets, invalid syntax, syntaxerror, comma, deserialization, serde,
  unmarshal, decode error, unescaped, tabs, whitespace, line number, column
environment: env, env var, env vars, environment, environment variable, environment variables, dotenv, not set,
  missing variable, environmentfile, unset, missing env, env missing, missing env var, env not set, env not loaded,
  not exported, exported, export, undefined variable, unset variable, var not set, environ, secrets missing, missing
  secret, .env, dot env, env file, not sourced, source env, variables
clock: clock, clocks, ntp, ntpd, chrony, chronyd, time sync, drift, skew, clock drift, clock skew, out of sync clock,
  system time, timestamp, timestamps, recvwindow, time drift, time is off, time off, time wrong, wrong time, clock
  off, clock wrong, clock skewed, timesync, timesyncd, ntpdate, ntpq, ptp, ptp4l, sysclock, timestamp ahead, timestamp
  for this request, outside of the recvwindow, 1021, time difference, system clock, stratum, out of time sync, seconds
  off, host time, leap second, timezone
profile: profile, profiling, profiler, profiled, cprofile, flamegraph, flame graph, py spy, perf, tracemalloc,
  memory_profiler, memory profiler, heaptrack, pprof, profiler output, cpu profile, memory profile, performance
  profile, flame, flamegraphs, py-spy, pyspy, perf record, perf top, hotspots, hot spots, where time goes, instrument,
  valgrind, massif, memray, heap profile, samply
capture: tcpdump, pcap, packet capture, wireshark, netshoot, istio, istioctl, service mesh, sniff, envoy, dump
  packets, packet dump, capture traffic, sniffing, traffic dump, network trace, wire trace, sidecar, mesh, netcat, nc,
  network debug, debug the network, debug network, connectivity test

# databases
database: database, databases, db, dbs, postgres, postgresql, pg, psql, timescale, timescaledb, sql, mongo, mongodb,
  mongosh, rdbms, hypertable, table, tables, datastore, data store, dbms, rds, aurora, schema, collection,
  collections, insert, inserts, write to db, db writes, database write, sqlalchemy, jdbc, asyncpg, psycopg,
  persistence, tsdb, questdb, db server
postgres: postgres, postgresql, pg, psql, timescale, timescaledb, pgbouncer, hypertable, pg_stat_statements,
  postgresql.service, psycopg2, pgpool, patroni, pg_hba, fatal remaining, pg_stat_activity, operationalerror,
  pgbouncer pool
mongo: mongo, mongodb, mongosh, mongod, mongoserverselectionerror, mongoose, collscan, replica set, rs.status, mongo
  db, mongos, wiredtiger, mongoclient, mongotimeout, mongonetworkerror, atlas, bson, replset, primary node, oplog, rs,
  mongo down, mongo dead
redis: redis, redis cli, pong, cache server, redis down, redis dead, redis timeout, rediserror, redis connection,
  redis server, sentinel, loading dataset in memory, noauth, misconf redis, key value store
bigquery: bigquery, bq, dataset, datasets, big query, bigquery job, bq job, gcp data, bq query, warehouse, data
  warehouse, dataeditor, jobs.create, bigquery.jobs
pool: pool, connection pool, pool exhausted, too many connections, too many clients, connection slots, remaining
  connection slots, max connections, max_connections, idle connections, idle sessions, idle in transaction, out of
  connections, conns, pool size, no more connections, connection limit, maxincomingconnections, pools, pool empty,
  pool dry, pool full, pool timeout, poolsize, queuepool, queuepool limit, hikari, hikaricp, connections exhausted,
  connection exhaustion, no free connection, no free connections, no connections left, all connections, connections in
  use, connections used up, cant get a connection, cannot get a connection, get connection, acquire connection,
  acquiring connection, connection acquisition, connection leak, leaking connections, connections leak, leaked
  connections, maxconn, max_conn, slots, no slots, open connections, connection count, clients already, over max
  clients, maxclients
query: query, queries, select, selects, statement timeout, slow query, slow queries, seq scan, full scan, collscan,
  explain, index, indexes, missing index, vacuum, bloat, analyze, createindex, slow select, table scan, slow sql, sql
  slow, slow db, db slow, database slow, slow database, sluggish database, long running query, long running queries,
  long running, query plan, plan, index scan, no index, missing indexes, add index, unindexed, full table scan, table
  scans, aggregate, aggregation, joins, join, autovacuum, dead tuples, statistics, stats outdated, outdated
  statistics, explain analyze, canceling statement, statement cancelled, n+1, slowms, slow ops, executiontime, lookup
  stage
replica: replica, replicas, replication, standby, secondary, secondaries, follower, slave, wal, replay, replication
  lag, replica set, read replica, stale reads, streaming replication, replica lag, replicas lag, replica behind,
  replica late, standby lag, standby behind, slave lag, follower lag, lagging replica, lagging standby, secondary lag,
  secondary behind, behind the primary, behind primary, behind master, not caught up, wal receiver, wal sender,
  walreceiver, replay lag, replay delay, lsn, streaming repl, repl lag, repl, oplog lag, reads are old, old reads,
  reads stale, hot standby, failover
corrupt: corrupt, corrupted, corruption, garbled, garbage, checksum, checksums, sha256, integrity, damaged,
  deserialize, cannot read, unreadable, bad data, data wrong, scrambled, broken file, broken tables, invalid data,
  corrupted file, file corrupt, corrupted data, data corruption, bad checksum, checksum mismatch, checksum failed,
  checksums differ, hash mismatch, hash differs, bit rot, invalid page, bad block, mangled, trashed, inconsistent
  data, integrity check, integrity checks, failed integrity, cannot deserialize, unpickling, bad magic, truncated
  file, wrong rows, half written, not readable, broken data, data broken, database corrupt
backup: backup, backups, restore, restored, restoring, recover data, dump, get back, bring back, roll back data,
  restore from backup, roll back to backup, backup restore, point in time, pitr, snapshot restore, bak, restore data,
  disaster recovery, recover from backup, last backup, good copy, old copy, previous copy, backups broken, pg_restore,
  pg_dump, mongodump
dataloss: data loss, lost data, deleted, wiped, dropped the, dropped table, dropped tables, truncated, erased, data
  gone, lost rows, lost records, overwritten, data lost, data missing, data disappeared, rows gone, rows missing, rows
  deleted, table gone, tables gone, table deleted, tables empty, table empty, empty tables, dataset gone, dataset
  deleted, accidental delete, accidentally deleted, accidentally dropped, deleted by mistake, delete without where, rm
  rf, gone from bigquery, nothing left, missing data, history gone, wiped out, purged, lost history
records: transaction, transactions, txn, txns, tx, record, records, row, rows, missing trades, trades missing, missing
  records, entries, trade record, trade records, trade history, transaction log, transaction history, transactions
  missing, missing transaction, missing transactions, missing trade, lost trades, lost trade, trades lost, deals
  missing, bookings, booking, ledger, journal entries, statement of broker, blotter, trade blotter, back office, not
  in our books, not in our db, not in our system

# containers and clusters
kubernetes: kubernetes, k8s, kubectl, kube, pod, pods, cluster, namespace, helm, gke, deployment, deployments, node,
  nodes, replicaset, daemonset, statefulset, kubelet, eks, aks, openshift, k3s, minikube, oc, workload, workloads,
  replica set, crd, cronjob, ns, k9s, rancher, argocd, argo, autopilot
container: container, containers, docker, compose, docker compose, dockerd, podman, containerd, docker daemon, docker
  container, docker containers, container exits, containers down, compose ps, docker ps, docker network, images,
  image, swarm
unscheduled: unschedulable, not scheduled, scheduled, scheduling, schedule, scheduler, nodes are available,
  insufficient cpu, insufficient memory, node selector, nodeselector, taint, taints, tolerations, no node, affinity,
  stuck in pending, failedscheduling, failed scheduling, failed to schedule, cannot be scheduled, cant be scheduled,
  cannot schedule, cant schedule, pending pod, pending pods, pod pending, pods pending, stays pending, stuck pending,
  pod stuck, no nodes available, no nodes, no room, no capacity, capacity, not enough nodes, out of capacity, didnt
  match, didnt match node selector, untolerated taint, cluster full, node full, nodes full, resize cluster, scale
  cluster, more nodes, unbound, waiting for node
ingress: ingress, load balancer, loadbalancer, lb, 502, 503, 504, bad gateway, external access, from outside, nginx,
  backend service, gateway, ingresses, load balancers, elb, alb, gclb, gcp lb, http lb, public url, public endpoint,
  public site, website, from the internet, from internet, externally, external, outside world, not reachable from
  outside, unreachable from outside, managed certificate, cert provisioning, provisioning, ssl certificate, tls
  secret, 404 from, default backend, haproxy, traefik, reverse proxy, domain, dns record, api gateway
netpolicy: network policy, network policies, networkpolicy, networkpolicies, np, calico, cilium, pod to pod, policy
  blocks, policy blocking, denied by policy, traffic between pods, namespace isolation
selector: selector, selectors, label, labels, endpoints, no endpoints, endpoint, selector mismatch, label mismatch,
  wrong label, wrong labels, labels dont match, no backends, no endpoint, empty endpoints, endpoints empty, endpoints
  none, service has no endpoints, target port, targetport, wrong port
quota: quota, resource quota, resourcequota, exceeded quota, limitrange, namespace limit, quotas, over quota, quota
  reached, quota exceeded, forbidden exceeded quota, resource limits, limit range, limits in namespace, too many pods
manifest: manifest, manifests, kubectl apply, apply, dry run, api versions, no matches for kind, apps v1beta1,
  validation error, error validating, kubectl apply fails, apply fails, apply failed, cant apply, cannot apply, yaml
  invalid, invalid manifest, manifest invalid, manifest error, unknown field, unknown fields, kustomize, helm chart,
  helm install, helm upgrade, kubeval, kubeconform, schema validation, resource mapping not found, deprecated api, api
  version, apiversion, is invalid, admission webhook, dry-run
imagepull: image pull, imagepull, image pull back off, imagepullbackoff, errimagepull, pull secret, registry, regcred,
  cannot pull, pull image, image not found, image missing, image doesnt exist, no such image, manifest unknown, pull
  access denied, pull fails, pull failed, cant pull, cant pull image, cannot pull image, failed to pull, failed to
  pull image, pulling image, image tag, wrong tag, missing tag, bad tag, tag, imagepullsecret, image pull secret,
  docker login, private registry, unauthorized registry, gcr, ecr, dockerhub, harbor
build: build, builds, building, compile, compiling, cargo, cargo build, docker build, cloud build, dockerfile, base
  image, image build, wont build, linker, build fails, build failed, build error, build errors, build broken,
  broken build, failing build, build red, ci, ci build, ci fails, pipeline, pipelines, rustc, cargo build fails,
  docker build fails, docker build failed, image fails to build, cannot build, cant build, doesnt build, doesnt
  compile, compile error, compilation, compiler, linking, ld, gcc, make build, buildkit, multi stage, gcb, gcloud
  builds, cloudbuild, build log, build cache, no cache, dockerfile step
dependency: dependency, dependencies, pip, pip conflict, crates, npm, requirements, package, packages, download error,
  download errors, mirror, dependency conflict, dependency conflicts, version conflict, version conflicts, conflicting
  versions, resolution impossible, resolutionimpossible, no matching distribution, pip install, pip install fails, npm
  install, poetry, lockfile, requirements.txt, cargo fetch, crates.io, crate, pypi, artifactory, nexus, download
  fails, downloads fail, downloading, cannot download, cant download, fetch failed, module not found,
  modulenotfounderror, importerror, missing module, missing package
deploy: deploy, deploys, deployed, deploying, deployment, rollout, rollouts, release, released, new version, roll
  back, rollback, roll out, upgrade, shipped, deploy fails, deploy failed, deployment failed, deployment fails, failed
  deploy, failed deployment, bad deploy, bad release, broken release, new release, new build, new image, release went
  wrong, rollout stuck, rollout hangs, rollout hanging, rolling update, rollout undo, undo, revert, canary, blue
  green, progressdeadlineexceeded, progress deadline, after release, since release, since deploy, pushed to prod, went
  live, go live, version, versions
autoscale: hpa, autoscale, autoscaling, scale up, scale out, scaling, replicas, horizontal, autoscaler, scale, scales,
  more replicas, more instances, add replicas, too few replicas, keda, horizontalpodautoscaler
agent: agent, agents, coordinator, mcp, bot, bots, ai agent, trading agent, trading agents, trend agent, momentum
  agent, orchestrator, multi agent, agents offline, agent offline, agents idle, agent idle, agent down, agents down
register: register, registered, registration, unregistered, agents listed, enrolled, not registered, not registering,
  wont register, doesnt register, fails to register, failed to register, registration failed, registration fails,
  register error, unknown agent, not in the list, not listed, deregistered, unregister, joins, join the coordinator,
  handshake with coordinator, not seen by coordinator
service: service, services, svc, daemon, systemd, systemctl, unit, microservice, app, application, systemctl status,
  service down, services down, service dead, unit failed, failed unit, failed state, inactive, inactive dead, active
  failed, process, processes, proc, binary, executable, supervisorctl, pm2, backend, backends, component, components
errors5xx: 5xx, 500, error rate, errorrate, high error rate, internal server error, failure rate, failed rate, 500s,
  5xx errors, http 500, http500, server errors, errors rising, errors climbing, many errors, error count, error spike,
  errors spike, failing requests, requests failing, requests fail, success rate, success ratio, fail rate, failure
  ratio, failed requests, half of the requests, high failure, failure rates, trades fail, failed trades, trades
  failing, fail percentage
concurrency: concurrent, concurrency, parallel, too many requests at once, simultaneous, traffic, flood, flooded, too
  many concurrent, many requests, lots of requests, request flood, load spike, traffic spike, burst, bursts, bursty,
  rps, qps, thundering herd, connections at once, overloaded by requests, user load, under load, parallel requests
cache: cache, caching, cached, lru, memoize, cache miss, cache misses, cache hit, cache full, cache size, cache too
  big, caches, memcached, stale cache, cold cache

# watching
alerting: alert, alerts, alerting, alarm, alarms, alertmanager, pager, paged, pagerduty, page, notification,
  notifications, notified, alert rules, rules not loaded, alert missing, alerts missing, missing alert, missing
  alerts, no alert, no alerts, alert didnt fire, alerts not firing, alert not sent, no page, nobody was paged, nobody
  paged, wasnt paged, not paged, no notification, no notifications, didnt get paged, didnt get an alert, pages not
  going out, silenced, silence, silences, muted, inhibited, alert rule, alertrule, receiver, receivers, webhook,
  webhooks, opsgenie, victorops, smtp, deadman, watchdog, monitoring silent, monitoring down, monitoring broken, phone
  rang, phones rang, no phone rang, phone didnt ring, woken, woke, wake me, nobody called, not called, was not called,
  amtool, didnt wake, alert never came
prometheus: prometheus, prom, promql, scrape, scraping, exporter, target down, promtool, prometheus down, scrape
  failing, scrape fails, scrape error, target missing, targets down, targets, targetdown, up 0, no metrics, metrics
  missing, missing metrics, metric missing, metrics endpoint, metrics gone, metrics, metric, remote write, thanos,
  recording rule
dashboard: dashboard, dashboards, grafana, panel, panels, graph, graphs, chart, charts, blank, datasource, no data,
  dash, dashes, dashboards blank, empty dashboard, dashboard empty, dashboards empty, blank dashboard, blank panels,
  empty panels, panel empty, nothing in grafana, no data in grafana, grafana empty, grafana no data, grafana broken,
  graphs empty, empty graphs, charts empty, n a, kibana, plots, visualisation, data source, monitoring page,
  monitoring screen, wallboard
logs: log, logs, logging, logline, log level, rust_log, debug log, debug logging, journal, journalctl, stern, grep,
  gcloud logging, stackdriver, loki, logfile, logfiles, log file, log files, log line, log lines, log search, search
  logs, grep logs, search the logs, look through logs, log analysis, log volume, too much logging, excessive logging,
  verbose, verbosity, loglevel, trace level, debug level, kibana logs, elk, splunk, datadog logs, kubectl logs, docker
  logs, syslog, tail, jq, correlation, log spam, spammy logs
userstream: listen key, listenkey, user data stream, user stream, listen key expired, listenkey expired, user stream
  expired, account stream, private stream, private channel, user data

# people and procedures
whom: who do i call, who to call, whom, escalate, escalation, contact, contacts, who is responsible, call somebody,
  wake up, phone number, who should i call, whom to call, who do we call, who is on call, on call number, whos on
  call, call whom, escalate to, when to escalate, should i escalate, need to escalate, escalation path, escalation
  contacts, severity classification, how bad is it, is this critical, who owns, phone the, wake somebody, wake someone
collect: bundle, collect, diagnostics, support ticket, ticket, for support, for the devs, tarball, attach logs,
  gather, collect logs, gather logs, collect diagnostics, gather diagnostics, diagnostic bundle, support bundle,
  diagnostics for, send to support, vendor support, open a ticket, support case, dump everything, collect everything,
  evidence, archive, zip, tar, sosreport, attach, for the vendor, for developers, grab logs, save logs, keep logs,
  inspect output, before restart, before we restart, before recreating
recovery: recovery, recover, resume, resuming, checklist, resume trading, bring back up, recover the system, system
  recovery, recovery steps, recovery procedure, recovery checklist, resume operations, restart trading, start trading
  again, back to normal, go back to trading, turn trading back on, safe restart, safely restart, bring system back,
  bring it back, after the crash, after crash, after outage, reopen, gradually, bring everything up, bring it all up,
  bring all up, start order, in which order, cold start, from scratch, total failure
method: no idea, no clue, where do i start, where to start, something is off, something is wrong, something wrong,
  dont know, unknown problem, clueless, not sure what, no clue what, dont know what, cant tell what, not sure where,
  unclear, mystery, mysterious, strange behaviour, strange behavior, weird behaviour, general, generic, step by step,
  systematic, approach, how do i troubleshoot, how to troubleshoot, troubleshoot, troubleshooting, where to begin,
  first steps, what to check first, what do i check, what to do first, what do i do first, all is broken, everything
  is broken, everything broken, something broke, something is broken, help me, please help, pls help, weird stuff,
  something odd, something strange, something weird, no idea what, where to look, errors all over, lots of errors,
  what happened, what is going on, whats going on, whats wrong, what is wrong, dont understand, never seen
incident: incident, sev1, sev 1, p1, major incident, war room, declared, sev0, sev 0, p0, p1 incident, major outage,
  major, emergency response, incident response, declare an incident, all hands, status report, postmortem, post
  mortem, incident report, write up, stakeholders, something odd, whats going on
quickcheck: quick check, quick look, quick health check, all healthy, all fine, is everything ok, everything ok,
  sanity check, status overview, overview, health overview, healthy overview, are we ok, are we good, is all ok, all
  ok, all good, is it up, everything up, everything running, overall status, overall health, system health, quick
  status, quick sanity, smoke test, status check, health report, status of everything, morning check, is it ok, is it
  healthy, everything green, all green, is it fine, pre open check, before the open, shift handover, handover check,
  state of the system
"""
"""A concept a line, or more where the next ones are indented: its name, and what says it."""
