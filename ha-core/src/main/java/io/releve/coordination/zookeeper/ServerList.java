package io.releve.coordination.zookeeper;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.HostProvider;

/**
 * Which server ZooKeeper's client tries next, and when. Servers of this host come first, so that a client shares the fate
 * of a server that shares its host; the others follow in an order of chance. A server that has closed a connection is
 * alive, and is asked again first; one that has kept silent is left out for a while.
 *
 * <p>After a connection is lost ZooKeeper's client sleeps for up to a second before each attempt, and for another one
 * after each round: as long as a whole lease may be. Here the first rounds follow each other within tens of
 * milliseconds. The client's own sleep cannot be configured; what ends it is that its thread is interrupted, and it asks
 * for the next server on that thread, right before it sleeps.
 *
 * <p>Belongs to the thread of ZooKeeper's client, but for {@link #updateServerList}.
 */
final class ServerList implements HostProvider {

    /** From then on the client goes at its own pace. */
    private static final int HASTY_ROUNDS = 8;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final double GROWTH = 1.5;
    /** Who is there answers sooner, if only to refuse. */
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long LEFT_OUT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final List<Server> servers;
    private final int attemptsPerSession;
    private final LongSupplier clock;
    private final LongConsumer pause;

    /** Whether a session stood since the list was made: before that the client does not sleep. */
    private boolean wasConnected;
    /** Counts the attempts since a session stood. */
    private int attempts;

    private int last = -1;
    private long lastTriedAt;

    private static final class Server {
        private final InetSocketAddress address;
        /** Set by whoever finds it silent. */
        private volatile boolean silent;

        private long silentSince;

        private Server(InetSocketAddress address) {
            this.address = address;
        }
    }

    /**
     * A list.
     *
     * @param connectString as ZooKeeper's client takes it
     * @param isLocal whether a server is on this host
     * @param attemptsPerSession how many attempts must fit into a session time-out, one of them being given up after that
     *     part of it
     */
    ServerList(String connectString, Predicate<InetSocketAddress> isLocal, int attemptsPerSession) {
        this(connectString, isLocal, attemptsPerSession, System::nanoTime, LockSupport::parkNanos);
    }

    /** The same with another clock, and another way to let nanoseconds pass. */
    ServerList(
            String connectString,
            Predicate<InetSocketAddress> isLocal,
            int attemptsPerSession,
            LongSupplier clock,
            LongConsumer pause) {
        List<InetSocketAddress> order = new ArrayList<>(new ConnectStringParser(connectString).getServerAddresses());
        Collections.shuffle(order);
        order.sort(Comparator.comparing((InetSocketAddress server) -> !isLocal.test(server)));
        this.servers = order.stream().map(Server::new).toList();
        this.attemptsPerSession = Math.max(attemptsPerSession, servers.size());
        this.clock = clock;
        this.pause = pause;
    }

    /** Not the number of servers but what the client makes of it: it divides the session time-out by this. */
    @Override
    public int size() {
        return attemptsPerSession;
    }

    @Override
    public InetSocketAddress next(long spinDelayMillis) {
        noteSilence();
        int attempt = attempts++;
        int choice = (int) servers.stream().filter(server -> !isLeftOut(server)).count();
        int round = attempt / Math.max(1, choice);
        if (attempt > 0 && attempt % Math.max(1, choice) == 0) {
            pause.accept(pauseBefore(round));
        }
        boolean again = attempt == 0 && last >= 0 && !isLeftOut(servers.get(last));
        if (!again) {
            advance(choice);
        }
        InetSocketAddress address = resolved(servers.get(last).address);
        lastTriedAt = clock.getAsLong();
        if (wasConnected && round < HASTY_ROUNDS) {
            Thread.currentThread().interrupt(); // ends the sleep that follows before it begins
        }
        return address;
    }

    private void advance(int choice) {
        do {
            last = (last + 1) % servers.size();
        } while (choice > 0 && isLeftOut(servers.get(last)));
    }

    private void noteSilence() {
        if (attempts > 0 && clock.getAsLong() - lastTriedAt > SILENCE_NANOS) {
            servers.get(last).silent = true;
        }
        for (Server server : servers) {
            if (server.silent) {
                server.silent = false;
                server.silentSince = clock.getAsLong();
            }
        }
    }

    private boolean isLeftOut(Server server) {
        return server.silentSince != 0 && clock.getAsLong() - server.silentSince < LEFT_OUT_NANOS;
    }

    private static long pauseBefore(int round) {
        double longest = FIRST_PAUSE_NANOS * Math.pow(GROWTH, Math.min(round, HASTY_ROUNDS) - 1);
        return (long) (longest * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
    }

    /** Addresses may change: looked up anew each time. What cannot be looked up fails when it is connected to. */
    private static InetSocketAddress resolved(InetSocketAddress server) {
        return new InetSocketAddress(server.getHostString(), server.getPort());
    }

    @Override
    public void onConnected() {
        wasConnected = true;
        attempts = 0;
        servers.get(last).silentSince = 0;
    }

    /**
     * Changes nothing, but has the client leave its server for another one.
     *
     * @param current the server, which has kept silent
     */
    @Override
    public boolean updateServerList(Collection<InetSocketAddress> ignored, InetSocketAddress current) {
        for (Server server : servers) {
            if (resolved(server.address).equals(current)) {
                server.silent = true;
            }
        }
        return true;
    }

    /** Whether an address is one of this host's. */
    static boolean isOnThisHost(InetSocketAddress server) {
        InetAddress address = resolved(server).getAddress();
        if (address == null) {
            return false;
        }
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
