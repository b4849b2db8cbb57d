package io.releve.check;

import io.releve.agent.Outcome;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a web page answers as it should: its status, and by choice its content. Sends one GET without following
 * redirections.
 *
 * <p>Thread-safety: immutable, may be used from any thread. It keeps connections open between checks; make one and use
 * it again.
 */
public final class HttpCheck implements HealthCheck {

    /** As much of a page as is looked at. */
    private static final int BODY_LIMIT = 1 << 20;

    private final URI uri;
    private final int minStatus;
    private final int maxStatus;
    private final Optional<Pattern> content;
    private final HttpClient client;

    private HttpCheck(Builder builder) {
        this.uri = builder.uri;
        this.minStatus = builder.minStatus;
        this.maxStatus = builder.maxStatus;
        this.content = Optional.ofNullable(builder.content);
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Begins a check of one page.
     *
     * @param uri the page's address, {@code http} or {@code https}
     * @throws IllegalArgumentException if it is another kind of address, or names no host
     */
    public static Builder of(URI uri) {
        return new Builder(uri);
    }

    @Override
    public Outcome check(Duration limit) throws InterruptedException {
        if (limit.isNegative() || limit.isZero()) {
            return Outcome.failed("no time was left to ask " + uri);
        }
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                HttpRequest.newBuilder(uri).timeout(limit).GET().build(), response -> new LimitedBody(BODY_LIMIT));
        try {
            return judge(answer.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return late(limit);
        } catch (ExecutionException e) {
            return judge(e.getCause() == null ? e : e.getCause(), limit);
        } finally {
            // Ends the exchange if it still runs: the limit is one for the whole page, not for its first byte.
            answer.cancel(true);
        }
    }

    private Outcome judge(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status < minStatus || status > maxStatus) {
            return Outcome.failed(uri + " answered with status " + status + " instead of " + expectedStatus());
        }
        if (content.isPresent()
                && !content.get()
                        .matcher(new String(response.body(), StandardCharsets.UTF_8))
                        .find()) {
            return Outcome.failed(uri + " answered with status " + status + ", but nothing in its "
                    + response.body().length + " bytes matches '" + content.get() + "'");
        }
        return Outcome.ok();
    }

    private Outcome judge(Throwable failure, Duration limit) {
        if (failure instanceof HttpTimeoutException) {
            return late(limit);
        }
        String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return failure instanceof ConnectException
                ? Outcome.notRunning("nothing answers at " + uri + ": " + why)
                : Outcome.failed(uri + " did not answer: " + why);
    }

    private Outcome late(Duration limit) {
        return Outcome.failed(uri + " did not answer completely within " + limit.toMillis() + " ms");
    }

    private String expectedStatus() {
        return minStatus == maxStatus ? Integer.toString(minStatus) : minStatus + " to " + maxStatus;
    }

    @Override
    public String toString() {
        return "GET " + uri;
    }

    /** Says what answer is the right one. Not thread-safe. */
    public static final class Builder {

        private final URI uri;
        private int minStatus = 200;
        private int maxStatus = 299;
        private @Nullable Pattern content;

        private Builder(URI uri) {
            String scheme = String.valueOf(uri.getScheme());
            if ((!scheme.equals("http") && !scheme.equals("https")) || uri.getHost() == null) {
                throw new IllegalArgumentException("'" + uri + "' is not the address of a web page: give one like"
                        + " http://localhost:8080/health");
            }
            this.uri = uri;
        }

        /**
         * The status that the page must have. Default: any from 200 to 299.
         *
         * @param status 100 to 599
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder status(int status) {
            if (status < 100 || status > 599) {
                throw new IllegalArgumentException("there is no HTTP status " + status + ": give one from 100 to 599");
            }
            this.minStatus = status;
            this.maxStatus = status;
            return this;
        }

        /**
         * A pattern that must be found somewhere in the first megabyte of the page, read as UTF-8. Default: none, the
         * content does not matter.
         *
         * @param pattern looked for with {@link java.util.regex.Matcher#find()}
         */
        public Builder content(Pattern pattern) {
            this.content = pattern;
            return this;
        }

        /** The check. */
        public HttpCheck build() {
            return new HttpCheck(this);
        }
    }
}
