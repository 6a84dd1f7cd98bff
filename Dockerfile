# syntax=docker/dockerfile:1
# The image that runs in production: a virtual environment from the lock with the project's wheel, and nothing else.

FROM python:3.13-slim AS build
WORKDIR /src
# Libraries first: they change seldom. The environment has no pip of its own, so none reaches the last stage with it.
RUN python -m venv --without-pip /opt/tocsin
COPY requirements.lock requirements-ssh.lock ./
# To look at other hosts: --build-arg SSH=yes. asyncssh comes under EPL-2.0 or GPL-2.0 and later, so it is asked for.
ARG SSH
RUN pip --python /opt/tocsin/bin/python install --no-cache-dir --require-hashes -r requirements.lock \
    ${SSH:+-r requirements-ssh.lock}
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY commands commands
COPY playbooks playbooks
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && pip --python /opt/tocsin/bin/python install --no-cache-dir --no-deps --no-index /wheels/*.whl \
    && /opt/tocsin/bin/python -m compileall -q /opt/tocsin/lib

FROM python:3.13-slim
# What probes ask of the container itself: its network, its processes, and the way from it to others.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends iproute2 iputils-ping procps traceroute \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 tocsin \
    && useradd --uid 10001 --gid tocsin --home-dir /data --no-create-home --shell /usr/sbin/nologin tocsin \
    && install --directory --owner tocsin --group tocsin /data /packs
COPY --from=build /opt/tocsin /opt/tocsin
ENV PATH=/opt/tocsin/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TOCSIN_HOST=0.0.0.0 \
    TOCSIN_PORT=8333 \
    DATABASE_URL=sqlite:////data/tocsin.db
# /data holds SQLite's file; with PostgreSQL it stays empty. Packs of your own go to /packs, with TOCSIN_PLAYBOOKS=/packs.
VOLUME ["/data", "/packs"]
WORKDIR /data
USER tocsin
EXPOSE 8333
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['TOCSIN_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["tocsin"]
CMD ["run"]
