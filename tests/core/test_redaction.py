"""Redaction: no secret gets through in any form, no evidence is lost, and no text makes it slow."""

import base64
import html
import json
import shlex
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest

from bot.core import text as texts
from bot.core.redaction import MARKER, Redactor

R = Redactor((), salt="pepper")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def joined(*parts: str) -> str:
    """A secret-shaped text in pieces, so that no scanner takes this file for a leak."""
    return "".join(parts)


def coded(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


UPPER_HEX = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
HEX = UPPER_HEX.lower()
MIXED = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dE"
KEY64 = MIXED + MIXED[::-1]
PEM = joined("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEabc+/=\nQ0FGRQ==\n-----END RSA PRIVATE", " KEY-----")
JWT = joined("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiJkZXNrIn0.c2lnbmF0dXJl")

# text with the secret in «», which are taken out before: everything else must stay, the secret must go
SECRETS = [
    # env lines
    "DB_PASSWORD=«hunter2»",
    "export BINANCE_SECRET='«two words»'",
    "PASSPHRASE=«correct horse battery»",  # an env file may have blanks
    "MYSQL_PWD=«hunter2»",
    "PGPASSWORD=«x1» psql -h db-1",  # the command goes on
    "AWS_SECRET_ACCESS_KEY=«wJalrXUtnFEMI/K7MDENG/bPxRfiCY»",
    "APCA_API_KEY_ID=«anything»",
    "ORACLE_PASS=«12345»",
    "password=«a,b)c!»,user=bob",  # ends where the next field begins
    "connect(host=db-1, password=«abc», user=bob)",
    "login failed password=«abc» user=bob host=10.0.0.7",
    "PIN ok; api_key = «abc»; retry",
    "Server=db-1;Uid=bob;Pwd=«hunter2»;Database=orders",  # ADO
    "AccountName=desk;AccountKey=«" + MIXED + "==»;EndpointSuffix=core",  # Azure storage
    # JSON, YAML, XML
    '{"user": "bob", "password": "«hun\\"ter2»", "host": "db-1"}',
    '{\\"user\\":\\"bob\\",\\"password\\":\\"«hunter2»\\",\\"host\\":\\"db-1\\"}',  # JSON within JSON
    '{"apiKey":"«abc»","symbol":"BTCUSDT"}',
    '{"secretKey" : "«abc»"}',
    '{"token":\n   "«abc123xyz»"}',
    "{'password': '«hunter2»', 'user': 'bob'}",  # Python's repr
    '"passwords": «["a", "b"]», "x": 1',
    '"passwords": «[\n  "a",\n  "b"\n]», "x": 1',  # one to a line
    "Endpoint(name='x', bearer=«('tok1', 'tok2')», hmac=())",  # Python's tuples
    '{"secret": {"password": "«hunter2»"}}',  # an object under a sure name
    "password: «hunter2»\nuser: bob",
    "  - secret: «abc» # rotated in May",
    "- name: DB_PASSWORD\n  value: «hunter2»\n- name: DB_HOST\n  value: db-1",  # containers' environment
    '{"name": "API_TOKEN", "value": "«abc12345»"}, {"name": "REGION", "value": "eu"}',
    '<add key="Password" value="«hunter2»"/>',
    "<password>«hunter2»</password><user>bob</user>",
    'password = "«unterminated',  # a text that was cut (the end is the end)
    # addresses
    "postgres://trader:«pa55»@db-1:5432/orders",
    "redis://:«pa55»@10.0.0.7:6379/0",
    "mongodb+srv://u:«p@ss»@cluster.example.com/x?authSource=admin",  # an @ in the password
    "bob:«hunter2»@tcp(db-1:3306)/orders",  # MySQL's way
    "https://«" + HEX + "»@errors.example.com/5",  # a key for a user
    "https://api.example.com/v3/order?symbol=BTCUSDT&timestamp=1763640000123&signature=«" + HEX + HEX + "»",
    "wss://fstream.example.com/ws?listenKey=«" + MIXED + "»&x=1",
    "wss://stream.example.com:9443/ws/«" + MIXED.lower() + MIXED.lower() + "»",
    "https://maps.example.com/?key=«" + MIXED + "»&q=x",
    "https://x.example.com/?redirect=https%3A%2F%2Fy%3Ftoken%3D«abc123def»",
    "https://acct.blob.example.net/c?sv=2024&sig=«ab%2Fcd%3D»&se=2026",
    "https://s3.example.com/x?X-Amz-Credential=«abc»&X-Amz-Signature=«" + HEX + "»&X-Amz-Expires=60",
    # headers
    "X-MBX-APIKEY: «" + KEY64 + "»",
    "APCA-API-SECRET-KEY: «" + MIXED + "»",
    "Authorization: Bearer «abcdef» status=401",
    "authorization: Basic «Ym9iOmh1bnRlcjI=»",
    "Authorization: AWS4-HMAC-SHA256 «Credential=a/b, SignedHeaders=host, Signature=abc»",
    "Authorization: «rawtokenvalue1»",
    "Authorization: GenieKey «0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0»",
    "curl -H 'Authorization: Token «abc»' https://x.example.com",
    "API-Sign: «" + MIXED + "==»\nAPI-Key: «" + MIXED + "»",
    "curl -H 'API-Sign: «" + MIXED + "+/==»' -H 'CB-ACCESS-SIGN: «" + HEX + HEX + "»' https://x.example.com",
    "OK-ACCESS-SIGN=«" + MIXED + "» X-BAPI-SIGN: «" + HEX + HEX + "»",
    "https://x.example.com/v5/order?symbol=BTCUSDT&sign=«" + HEX + HEX + "»",
    "Cookie: «sid=abc; theme=dark»\nHost: x.example.com",
    "Set-Cookie: «sid=abc; Path=/»",
    "[('x-api-key', '«abc»'), ('accept', '*/*')]",
    "[(b'authorization', b'Bearer «abc»'), (b'host', b'x')]",
    "sent Bearer «abcdefgh12345678» to venue",
    # flags
    "bot --password «hunter2» --user bob",
    "bot --api-key=«abc» run",
    "curl -u admin:«pw123» https://x.example.com",
    "mysql -h db-1 -u root -p«S3cret» orders",
    "sshpass -p «hunter2» ssh -p 22 fx-md-07",
    "redis-cli -h r-1 -a «hunter2» info",
    "ALTER USER bob IDENTIFIED BY '«hunter2»'",
    "CREATE ROLE bob PASSWORD '«hunter2»' LOGIN",
    # FIX: 554 is the password, 925 the new one, 96 of a logon raw data
    "8=FIX.4.4|9=100|35=A|553=bob|554=«hunter2»|10=123|",
    "8=FIX.4.4\x019=100\x0135=A\x0196=«raw1»\x01925=«new1»\x0110=123\x01",
    # words before the name
    "API key: «abc123xyz» was used",
    "Secret key = «abc»",
    "access token: «abc123xyz»",
    # formats
    joined("«xox", "b-1234567890-abcdefABCDEF»"),
    joined("«xapp", "-1-A0123-456-abcdef»"),
    joined("https://hooks.slack", ".com/«services/T000/B000/abcdef»"),
    joined("https://discord.com/api", "/webhooks/«1234567890/abc-DEF»"),
    joined("role «AKIA", "IOSFODNN7EXAMPLE» denied"),
    joined("«AIza", "SyA0123456789abcdefghijklmnopqrstuv»"),
    joined("«ya29", ".a0AfH6SMBabcdef»"),
    joined("«ghp", "_0123456789abcdefABCDEF0123456789abcd»"),
    joined("«github_pat", "_11ABCDEFG0123456789_abcdef»"),
    joined("«glpat", "-abcDEF0123456789»"),
    joined("«glsa", "_abcdefABCDEF0123456789_0123abcd»"),
    joined("«sk", "_live_0123456789abcdef»"),
    joined("«sk", "-ant-api03-abcDEF0123456789xyz»"),
    joined("«12345678:A", "AHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw»"),
    joined("«SG", ".abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG»"),
    joined("«hvs", ".CAESIabcdefghijklmnop1234»"),
    joined("«SK", HEX, "» rejected"),  # Twilio
    joined("AC", HEX, ":«", HEX, "»"),  # Twilio: the account stays, its token goes
    joined("«u", "+abcdefgh1234567890» rejected"),  # PagerDuty
    f"«{HEX}-{HEX}»",  # OANDA
    "key «PKABCDEFGH1234567890» and «AK1234567890ABCDEFGH»",  # Alpaca
    f"binance key {'is'} «{KEY64}»",  # Binance: 64 characters next to a key's name
    f"routing_key: «R0{MIXED[:30]}»",
    f"jwt is «{JWT}» ok",
    f"found «{PEM}» there",
    "«" + PEM[:60],  # a key that was cut
    joined(
        "ok\n«", KEY64, "\n", KEY64, "\nQ0FGRQ==\n-----END RSA PRIVATE", " KEY-----»\ndone"
    ),  # only its end is there
    joined("«xox", "d-abc%2Bdef%3D123456»; path=/"),
    joined("«IQo", "Jb3JpZ2luX2Vj", MIXED, MIXED, "»"),  # AWS, for some hours
    joined("«1", "//0", MIXED, "»"),  # Google, to refresh
    f"the key was «{KEY64}» at gw1",  # Binance, without a name of a secret
    joined("root:«$6", "$saltsalt$", MIXED, "»:19000:0"),  # how passwords are kept
    joined("SCRAM-SHA-256$«4096:", MIXED, "$abc=:def=»"),
    "machine api.example.com login bob password «hunter2» port 5",  # .netrc
    # where a blank is all that stands between
    f"the API key «{MIXED}» is invalid",
    f"my auth token is «{HEX}», thanks",
    # YAML: the value below its name
    "api_secret: |\n  «hunter2\n  hunter3»\nhost: db-1",
    "- api_secret: >-\n    «hunter2»\n  host: db-1",
    "api_secret:\n  «hunter2»\nhost: db-1",
    "passwords:\n  - «hunter2»\n  - «hunter3»\nhosts:\n  - db-1",
    "credentials: {user: bob, secret: «abc», host: db-1}",
    "password: $'«it\\'s»' # as a shell writes it",
    # secrets of Kubernetes
    "kind: Secret\ndata:\n  a.conf: «aHVudGVyMg==»\n  b: «eA==»\nmetadata:\n  name: db",
    '{"data": {"a.conf": "«aHVudGVyMg==»"}, "kind": "Secret", "metadata": {"name": "db"}}',
    "kind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\ndata:\n  a: «Yg==»\n---\nkind: ConfigMap\ndata:\n  a: b",
    # in disguise
    "next=https%3A%2F%2Fbob%3A«hunter2»%40db-1%2Fx",
    "next%3Dhttps%253A%252F%252Fbob%253A«hunter2»%2540db-1",
    '{"url": "postgres:\\u002f\\u002fbob:«p\\u0040ss»@db-1"}',
    '"url": "https://x.example.com?api_key=«abc1»\\u0026symbol=BTCUSDT"',
    "{&quot;password&quot;: &quot;«hunter2»&quot;, &quot;host&quot;: &quot;db-1&quot;}",
    "trade --password \\\n    «hunter2» \\\n    --host db-1",
    f"payload «{coded('HOST=db-1 PASSWORD=hunter2')}» ended",
    f"/state/«{coded(json.dumps({'password': 'hunter2'})).rstrip('=')}»?x=1",
    # after a blank
    "the db password is «Tr0ub4dor&3x», says jane",
    "password «S3cr3tPass99» for bob at db-1",
    "echo passwd «hunter2hunter2»",
    "curl --user admin:«Adm1nPass» http://db-1/x",
    "requirepass «foobared»\nport 6379",
    "masterauth «foobared»",
    "CONFIG SET requirepass «f00bared99» at 03:12",
    "redis: AUTH «f00bared99» from 10.0.0.7",
    "docker login -u bob -p «hunter2x» registry.example.com",
    "db-1:5432:hft:trader:«hunter2»\n*:*:*:bob:«x9y8z7»",
    "otp secret «JBSWY3DPEHPK3PXP» of bob",
    "AWS_SESSION_TOKEN «FwoGZXIvYXdzEBYaD1» is used",
    "host: db-1\npassword: «correct horse battery staple»\nport: 5432",
    f"-EncodedCommand «{coded('net use x password=hunter2', 'utf-16-le')}» at 3",
]


@pytest.mark.parametrize("marked", SECRETS)
def test_a_secret_goes_and_all_around_it_stays(marked: str):
    text = marked.replace("«", "").replace("»", "")
    before, *rest = marked.split("«")
    stays = [before, *(part.partition("»")[2] for part in rest)]
    tally: Counter[str] = Counter()
    clean = R.text(text, tally)
    around = MARKER.split(clean)
    assert around == stays
    assert tally.total() == len(rest)
    assert R.text(clean) == clean


EVIDENCE = [
    # hosts, addresses, identifiers
    "node sk-fx-md-07.prod.example.com (10.4.2.17:9100) is not ready",
    "pod api-key-service-7d9f8b6c5-x2x4z restarted, image sha256:" + HEX + HEX,
    "fe80::1ff:fe23:4567:890a → 2001:db8::8a2e:370:7334 dev eth0",
    "commit " + HEX[:40] + " by jane, short 9f8b6c5",
    "order 8f3c-22 clOrdID=x-A6SIDXVS17000001 exec_id=0000e0d5.5e8b.01.01",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7",
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "uuid 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 key=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    "tx 0x" + HEX + HEX + " in block 19283746",
    "session_id=4711 SenderCompID=DESK1 TargetCompID=VENUE",
    "8=FIX.4.4|9=65|35=8|49=VENUE|56=DESK1|55=BTCUSDT|44=61234.55|38=0.5|10=128|",
    "arn:aws:iam::123456789012:role/trader",
    "AC" + HEX + " is the account",
    "LEI 5493001KJTIIGC8Y1R12 ISIN US0378331005",
    # numbers and symbols
    "BTCUSDT bid 61234.55 ask 61234.60 token=USDC base_token: BTC quote_token=1000SHIB",
    "token_count=5 max_tokens=4096 total_tokens: 15000000 token_ttl=3600 token: 5",
    "tests pass: 12 fail: 3, pass=97.5%",
    "partition_key=orders.fx cache_key=btcusdt:depth20 primary_key=42 dedup_key=INC-12 hot key: user:1001",
    "routing_key=orders.fx.limit exchange=md queue=fills-eu-central-primary-1",
    "group_key: {}:{alertname=\"OrderLatencyHigh\"}",
    # words about secrets
    'password authentication failed for user "trader"',
    "password: expired; token: invalid; signature mismatch; api_key: missing; credentials: invalid",
    "secrets: 3, password: reset by jane, pass: the baton, token: refresh failed, cookies: 12",
    'secret "db-creds" not found; secretName: db-creds; secret_ref=db-creds secretsManager=aws',
    "Bearer token expired; Basic authentication failed; bearer authentication required",
    "KeyError: 'BTCUSDT' and Unexpected token: }",
    "the sign: -1 is wrong, sign=+1 for BUY, pnl_sign: -1, sign: approved by jane, call-sign: raven, sign off",
    "api_sign: -1; API-Sign: missing; the sign of the position 00000000000000000000000000000001 flipped",
    "token bucket: 500/s, monkey=1, keyboard: us, author: jane, authority=x, design=y, passenger: z",
    "password_file=/run/secrets/db password_changed_at=2026-11-20 key_file: /etc/tls/tls.key",
    "ssl_client_key=/etc/tls/private/client.key PWD=/srv/trading/app OLDPWD=/root SSH_AUTH_SOCK=/tmp/ssh-x/agent.1",
    "DB_PASSWORD=${DB_PASSWORD} API_KEY=$API_KEY password=*** secret=<redacted> token=[REDACTED] pw=%s",
    "BINANCE_API_KEY=your_key_here APCA_API_SECRET_KEY=new_secret mongodb://bot:PASSWORD@db-1:27017/x",
    '"password": null, "has_token": true, "api_key": "", "secret": false',
    '  File "/srv/app/gw.py", line 214, in connect\n    client = Client(api_key=settings.api_key, secret=self.secret)',
    "raise AuthError('401')\nTraceback (most recent call last):",
    "http://prometheus:9090/graph?g0.expr=rate(x[5m])&g0.tab=1 https://g.example.com/d/abc?var-key=BTC&from=now-1h",
    "ssh://deploy@fx-md-07:22/srv/app and mail to jane@example.com, git@github.com:desk/app.git",
    "http://10.0.0.7:8080/health 200 12:03:44.123 key: 12:03",
    "docker run -u 1000:1000 -p 3306:3306 mysql:8; mkdir -p /srv; ssh -p 22 fx-md-07; curl -u",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabcdef desk@fx-md-07",
    "the risk-limit-service-primary-eu-central-1 task-scheduler-worker-0123456789 desk-A",
    "[secret:3fa9] and [secret]",
    "secret:\n  secretName: tls\nsecrets:\n  - db_password\n  - name: regcred\nimagePullSecrets: [{name: regcred}]",
    "credentials: {key: binance_key, user: bob}\npassword:\n\nhost: db-1\ntoken:\n  name: x",
    "kind: ConfigMap\ndata:\n  a.conf: aHVudGVyMg==\n  b: eA==",
    "SLACK_APP_TOKEN: error: not set; TOCSIN_VAR_X_TOKEN: warning: nothing reads it; password: invalid: too short",
    "login bob password is wrong; the key is missing; a token of the desk; password set, 12 characters",
    "the password is wrong; the password was changed 2026-11-20T03:12:00Z",
    "password hash sha256 of db-1.prod.example.com",
    "password is base64; password uses scram-sha-256; password argon2id; passwd file; password 12345 times wrong",
    "docker run --user app:app -p 8080:80 engine:1.2; --user 1000:1000",
    "requirepass is not set; AUTH failed; AUTH required",
    "TOCSIN_VAR_X_TOKEN rotated; API_KEY is missing; DB_PASSWORD from secret/db-creds-12; MAX_TOKENS 4096000000",
    "00:11:22:33:44\ngw-07:9001:orders:fill:42\nfe80:12:ab:cd:ef12\n12:03:44:511:77",
    "password: must have eight characters\nthe otp is due; otp secret is missing",
    f"trade --venue x \\\n  --key-file /etc/k.pem \\\n  --host db-1 {coded('a text without anything in it')}",
    "",
]  # fmt: skip


@pytest.mark.parametrize("text", EVIDENCE)
def test_evidence_stays(text: str):
    tally: Counter[str] = Counter()
    assert R.text(text, tally) == text
    assert not tally


KNOWN = 'p@ss\'w0rd/with+odd "chars"&<more>'


@pytest.mark.parametrize(
    "form",
    [
        KNOWN,
        quote(KNOWN, safe=""),
        quote_plus(KNOWN),
        quote(KNOWN, safe="").replace("%2F", "%2f").replace("%27", "%27").replace("%2B", "%2b").lower(),
        json.dumps(KNOWN)[1:-1],
        repr(KNOWN)[1:-1],
        html.escape(KNOWN),
        html.escape(KNOWN, quote=False),  # as Slack wants it
        shlex.quote(KNOWN),
        KNOWN.replace("'", "'\\''"),  # the other way to quote a quote
        KNOWN.encode().hex(),
    ],
)
def test_a_known_secret_goes_in_every_form(form: str):
    clean = Redactor([KNOWN.lower() if form.islower() and "%" in form else KNOWN], salt="pepper").text(f"<{form}>")
    assert MARKER.sub("", clean).strip("'") == "<>"


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "trader-1:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_known_secret_goes_within_base64(before: str, encode):
    whole = encode(f"{before}{KNOWN}{before}".encode()).decode()
    clean = Redactor([KNOWN]).text(f"x {whole} y")
    for size in range(8):
        part = encode(f"{before}{KNOWN}{before}".encode())[8:-8].decode()[size : size + 12]
        assert part not in clean


def test_equal_secrets_have_equal_markers_and_other_salts_others():
    first, second = R.text("a password=hunter2 b"), R.text('{"secret": "hunter2"}')
    assert MARKER.findall(first) == MARKER.findall(second) != [""]
    assert R.marker("hunter2") != R.marker("hunter3")
    assert R.marker("hunter2") != Redactor((), salt="salt").marker("hunter2")
    assert Redactor(()).text("password=hunter2") == "password=[secret]"
    assert Redactor(["plain0known"], salt="pepper").text("pw=plain0known") == f"pw={R.marker('plain0known')}"


def test_a_short_known_secret_does_not_eat_names():
    clean = Redactor(["abc123", "dev", ""]).text("abc123 0xabc1234 xabc123 devnet dev")
    assert clean == "[secret] 0xabc1234 xabc123 devnet dev"


def test_a_text_cut_within_a_known_secret_shows_no_part_of_it():
    secret = "Zq81-abcdefghijklmnop"
    text = texts.cut("the key was Zq81-abcdefghijklmnop and more" + "." * 300, 25)
    assert text == "the key was Zq81-abcdefg…"
    assert Redactor([secret]).text(text) == "the key was [secret]…"
    long = texts.cut("x" * (texts.TEXT - 60) + secret + "y" * 500, texts.TEXT)
    assert "Zq81" not in Redactor([secret]).text(long)
    assert Redactor([secret]).text(long).endswith("characters in all]…")


def test_neither_does_a_text_whose_lines_were_cut_or_whose_middle_was_left_out():
    secret = "Zq81-abcdefghijklmnop"
    clean = Redactor([secret])
    assert clean.text(f"one {secret[:9]}…\ntwo {secret[:6]}…\nthree") == "one [secret]…\ntwo [secret]…\nthree"
    left_out = "\n… 1,234 bytes left out …\n"
    said = f"key {secret[:9]}{left_out}{secret[12:]} ended"
    assert clean.text(said) == f"key [secret]{left_out}[secret] ended"
    assert clean.text(f"a Zq81 …\n… mnop {left_out} b…") == f"a Zq81 …\n… mnop {left_out} b…"


@pytest.mark.parametrize("by", ["\n", "\n    ", "\\\n  ", " \r\n"])
def test_a_known_secret_goes_though_it_is_broken_into_lines(by: str):
    secret = "Zq81-abcdefghijklmnop"
    clean = Redactor([secret]).text(f"host gw1 key {secret[:7]}{by}{secret[7:12]}{by}{secret[12:]} at\n61234.55")
    assert clean == "host gw1 key [secret] at\n61234.55"


def test_a_private_key_goes_line_by_line_too():
    """A log puts something before each of its lines."""
    said = "\n".join(f"03:12:0{at} gw1 | {line}" for at, line in enumerate(["up", *PEM.split("\n"), "down"]))
    assert MARKER.sub("KEY", R.text(said)) == "03:12:00 gw1 | up\n03:12:01 gw1 | KEY\n03:12:05 gw1 | down"
