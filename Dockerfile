# syntax=docker/dockerfile:1
# The server, its pages and its runtime dependencies, nothing else: no compiler, no Node, no tests, no root.

FROM node:22-trixie-slim AS pages
WORKDIR /build
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts
COPY web/ ./
RUN npm run build

FROM python:3.13-slim-trixie AS packages
ARG UV_VERSION=0.13.8
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN python -m venv /opt/venv && pip install --no-cache-dir uv==${UV_VERSION}
WORKDIR /build
COPY requirements.lock .
RUN uv pip install --no-cache --python /opt/venv/bin/python --require-hashes -r requirements.lock

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Marquee" org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 marquee \
 && useradd --system --uid 10001 --gid marquee --home-dir /app --shell /usr/sbin/nologin marquee \
 && install -d -o marquee -g marquee /app /app/data
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production HOST=0.0.0.0 PORT=8000
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=pages /build/dist web/dist
USER 10001:10001
VOLUME /app/data
EXPOSE 8000
# Exec form: SIGTERM reaches the server itself, which drains and then leaves.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/ready', timeout=2)"]
ENTRYPOINT ["python", "server.py"]
