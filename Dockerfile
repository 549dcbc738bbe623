# One image for every room; compose.yaml says which one a container is.
FROM node:24-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM python:3.11-slim
WORKDIR /srv/rentguy
COPY pyproject.toml requirements.txt ./
# what pyproject.toml asks for to run, at the versions of requirements.txt, which pins the tests' packages too
RUN pip install --no-cache-dir uv && uv pip install --system --no-cache -r pyproject.toml -c requirements.txt
COPY alembic alembic
COPY rentguy rentguy
COPY broker broker
COPY ingest ingest
COPY api api
COPY devices devices
COPY --from=web /build/web/dist web/dist
RUN useradd --system --uid 8721 rentguy && install -d -o rentguy /data
USER rentguy
ENV RENTGUY_DATA_DIR=/data PYTHONUNBUFFERED=1
EXPOSE 8721 1883
CMD ["python", "-m", "api"]
