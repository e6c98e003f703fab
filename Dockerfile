# The product's image: locked dependencies, static files ready, no tool of the development, no root.
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/runtime.lock /tmp/runtime.lock
RUN /venv/bin/pip install --require-hashes --no-deps -r /tmp/runtime.lock

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portail
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Throwaway values: collectstatic reads the settings and connects to nothing.
RUN DEMO=0 SECRET_KEY=build ENCRYPTION_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    TELEPHONE_INDEX_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    BLIND_INDEX_KEY=build JOURNAL_SEAL_KEY=build DATABASE_URL=postgresql://build@localhost/build \
    python manage.py collectstatic --noinput \
    && mkdir -p var /attachments && chown portail var /attachments && chmod 700 /attachments
USER portail
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "docker/healthcheck.py", "web"]
CMD ["gunicorn", "calae_portal.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=3", "--threads=4", \
     "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
