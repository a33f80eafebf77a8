# hubdeck in an image of its own: one static program, nothing beside it.
#
#   docker build -t hubdeck .      compiles it in a container (needs the image rust:1-slim-bookworm)
#   just image                     compiles it on this machine; needs no registry
#
# How it is run: docs/container.md. `just image` passes a directory in place of the stage "build".

FROM rust:1-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends musl-tools ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN target=$(uname -m)-unknown-linux-musl \
 && rustup target add "$target" \
 && cargo build --locked --profile dist --target "$target" \
 && sh examples/deploy/image/root.sh "target/$target/dist/hubdeck" /root-of-image

FROM scratch
LABEL org.opencontainers.image.title="hubdeck" \
      org.opencontainers.image.description="Operations console for stacks of containers" \
      org.opencontainers.image.source="https://github.com/hubdeck/hubdeck" \
      org.opencontainers.image.licenses="MIT"
ARG VERSION=0.1.0
LABEL org.opencontainers.image.version="${VERSION}"
COPY --from=build /root-of-image/program/ /
COPY --from=build --chown=65532:65532 /root-of-image/state/ /var/lib/hubdeck/
# Each weaker than the variable of hubdeck's own (HUBDECK_SERVE_HOST), which the container may be given.
ENV HUB_API_HOST=0.0.0.0 \
    HOME=/var/lib/hubdeck \
    XDG_CONFIG_HOME=/etc \
    XDG_STATE_HOME=/var/lib \
    TERM=xterm-256color
USER 65532:65532
VOLUME /var/lib/hubdeck
EXPOSE 5003
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --retries=3 --start-period=30s --start-interval=1s CMD ["/hubdeck", "check"]
ENTRYPOINT ["/hubdeck"]
CMD ["--serve"]
