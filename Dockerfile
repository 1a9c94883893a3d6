# Two images: `app` is web, workers and beat (docker-compose.yml says which), `edge` is Caddy with
# the static files of the same build.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement /tmp/base.txt \
 && /venv/bin/pip check

FROM python:3.11-slim-bookworm AS app
# For smaller encodings of the music; without it they are not offered.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 andre \
 && install --directory --owner andre --mode 700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=andre.settings \
    ANDRE_ENVIRONMENT=prod \
    ANDRE_DATA_DIR=/data
# Secrets and an address for this one command: collecting files signs nothing.
RUN ANDRE_SECRET_KEY=only-while-the-image-is-built-and-never-after \
    ANDRE_JWT_SECRET=another-one-while-it-is-built-and-never-after \
    ANDRE_BASE_URL=https://andre.example.org \
    ALLOWED_HOSTS=andre.example.org \
    python manage.py collectstatic --no-input
USER andre
EXPOSE 8000
CMD ["uvicorn", "andre.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--http", "andre.launcher.http_protocol:TimedHttpProtocol", "--limit-concurrency", "10000", \
     "--ws", "websockets-sansio", "--ws-max-size", "65536", "--ws-per-message-deflate", "false", \
     "--lifespan", "off", "--no-proxy-headers", "--timeout-graceful-shutdown", "3", \
     "--no-access-log", "--log-level", "warning"]

FROM caddy:2.10-alpine AS edge
RUN adduser -D -u 10002 edge && chown -R edge /data /config
COPY ops/Caddyfile /etc/caddy/Caddyfile
COPY --from=app /app/staticfiles /srv/static
USER edge

# What `docker build .` makes.
FROM app
