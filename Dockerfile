# Come here for the image that compose.yaml runs: the dispatcher, its screens, and the simulated street.

FROM node:22-slim AS screens
WORKDIR /screens
COPY control_room_ui/package.json control_room_ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY control_room_ui/ ./
RUN npm run build

# The Python that constraints.txt was made with.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --uid 10001 --create-home lamplighter && install -d -o lamplighter /data
WORKDIR /lamplighter
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY geo/ geo/
COPY lights/ lights/
COPY dispatch/ dispatch/
COPY firmware_sim/ firmware_sim/
# Editable, so that the folders lie to each other as they do in the repository.
RUN pip install -c constraints.txt -e .
COPY --from=screens /screens/dist control_room_ui/dist/

USER lamplighter
ENV LAMPLIGHTER_DATA_DIR=/data LAMPLIGHTER_HTTP_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
CMD ["lamplighter", "serve"]
