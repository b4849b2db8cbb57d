package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.Bench;
import io.releve.coordination.Coordinator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Participants that reach a ZooKeeper server each through a network of its own. */
final class ZooKeeperBench implements Bench {

    private static final long LIMIT_SECONDS = 20;

    private final int port;
    private final Consumer<String> expire;
    private final Runnable stop;
    private final Map<String, Relay> relays = new HashMap<>();
    private final List<Coordinator> coordinators = new ArrayList<>();
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /**
     * A bench on a server.
     *
     * @param expire ends the session of a node's member
     * @param stop stops the server, after the participants have been closed
     */
    ZooKeeperBench(int port, Consumer<String> expire, Runnable stop) {
        this.port = port;
        this.expire = expire;
        this.stop = stop;
    }

    /** A bench on a server in this JVM. */
    static ZooKeeperBench local() {
        LocalZooKeeper server = new LocalZooKeeper();
        return new ZooKeeperBench(
                server.port(), node -> server.expireOwner("/releve/test/members/" + node), server::close);
    }

    @Override
    public Coordinator participant(String name) {
        Relay relay = relays.computeIfAbsent(name, n -> new Relay(port));
        return coordinator(ZooKeeperSettings.builder("127.0.0.1:" + relay.port(), "test")
                .sessionTimeout(Duration.ofSeconds(8))
                .build());
    }

    Coordinator coordinator(ZooKeeperSettings settings) {
        return coordinator(settings, ServerList::isOnThisHost);
    }

    /** A participant that prefers some servers. */
    Coordinator coordinator(ZooKeeperSettings settings, Predicate<InetSocketAddress> preferred) {
        Coordinator coordinator = new ZooKeeperCoordinator(settings, preferred);
        coordinators.add(coordinator);
        return coordinator;
    }

    @Override
    public void disconnect(String name) {
        relays.get(name).cut();
    }

    @Override
    public void reconnect(String name) {
        relays.get(name).restore();
    }

    @Override
    public void expireSession(String name) {
        expire.accept(name);
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        lock.lock();
        try {
            long left = end - System.nanoTime();
            while (!condition.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        assertThat(condition.getAsBoolean())
                .as("within %d s: %s", LIMIT_SECONDS, what)
                .isTrue();
    }

    /** Lets some time go by. */
    void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        lock.lock();
        try {
            long left = end - System.nanoTime();
            while (left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        coordinators.forEach(Coordinator::close);
        relays.values().forEach(Relay::close);
        stop.run();
    }
}
