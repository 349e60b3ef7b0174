# Debian, not Alpine: the tools that build the console are built for glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
# npm's postinstall generates the database client from the schema.
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma prisma
RUN npm ci
COPY . .
RUN node workers/cli/latchwatch.mjs build

FROM build AS dependencies
RUN npm prune --omit=dev

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 NEXT_TELEMETRY_DISABLED=1
# Sources too: the worker runs from them, and the console's stamp proves that it was built from them.
COPY --from=build /app ./
RUN rm -rf node_modules tests
COPY --from=dependencies /app/node_modules node_modules
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 3000 3080
ENTRYPOINT ["node", "workers/cli/latchwatch.mjs"]
CMD ["start"]
