# One image for every process of the list; docker-compose.yml says which one a container becomes.
FROM python:3.11-slim AS packages
COPY requirements/uv.txt requirements/build.txt requirements/app.txt /requirements/
RUN python -m pip install --no-cache-dir --only-binary :all: --require-hashes -r /requirements/uv.txt \
 && uv venv /opt/guichet \
 && uv pip sync --python /opt/guichet/bin/python --no-cache --compile-bytecode --only-binary :all: --require-hashes \
      --no-binary pyftpdlib --build-constraint /requirements/build.txt /requirements/app.txt

FROM python:3.11-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin guichet \
 && install --directory --owner guichet --group guichet --mode 0700 /var/lib/guichet
COPY --from=packages /opt/guichet /opt/guichet
COPY . /srv/guichet
RUN /opt/guichet/bin/python -m compileall -q /srv/guichet
WORKDIR /srv/guichet
ENV PATH=/opt/guichet/bin:$PATH \
    PYTHONPATH=/srv/guichet \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GUICHET_HOME=/var/lib/guichet
USER 10001:10001
VOLUME /var/lib/guichet
CMD ["python", "-m", "commands"]
