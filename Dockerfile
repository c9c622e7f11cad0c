# The image of a release: the program, certificates and a folder for data, and nothing
# else. `make image` builds the program first and gives this file a folder with what
# it copies, so that building needs no other image.
FROM scratch
COPY --chown=65532:65532 data /data
COPY certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY breakout /breakout
ENV BREAKOUT_LISTEN=0.0.0.0:8080 \
    BREAKOUT_METRICS_LISTEN=0.0.0.0:9090 \
    BREAKOUT_MEDIA_LISTEN=0.0.0.0:4000 \
    BREAKOUT_DATA=/data \
    TMPDIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 8080/tcp 9090/tcp 4000/udp
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s CMD ["/breakout", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/breakout"]
CMD ["serve"]
