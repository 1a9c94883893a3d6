# One image for web, workers and beat; docker-compose.yml says which of them it is.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement /tmp/base.txt \
 && /venv/bin/pip check

FROM python:3.11-slim-bookworm
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
# Secrets for this one command: collecting files signs nothing.
RUN ANDRE_SECRET_KEY=only-while-the-image-is-built-and-never-after \
    ANDRE_JWT_SECRET=another-one-while-it-is-built-and-never-after \
    python manage.py collectstatic --no-input
USER andre
EXPOSE 8000
CMD ["uvicorn", "andre.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--http", "andre.launcher.http_protocol:TimedHttpProtocol", "--limit-concurrency", "10000", \
     "--ws", "websockets-sansio", "--ws-max-size", "65536", "--ws-per-message-deflate", "false", \
     "--timeout-graceful-shutdown", "3", "--no-access-log"]
