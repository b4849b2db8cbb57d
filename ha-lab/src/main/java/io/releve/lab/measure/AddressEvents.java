package io.releve.lab.measure;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.NetworkNamespace;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Hears from the kernel of each host when it gets an IPv4 address and when it loses it (rtnetlink(7)): nothing is too short to be
 * seen, and a host that is cut off or frozen is heard all the same. Times are those of the reader, which the kernel wakes within
 * a fraction of a millisecond while a processor is free.
 *
 * <p>Begins when no host has the address. Listens as long as this process lives. Thread-safe.
 */
public final class AddressEvents {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int RTMGRP_IPV4_IFADDR = 0x10;
    private static final int SOCKADDR_LENGTH = 12;
    private static final int HEADER = 16;
    private static final int ADDRESS_PART = 8;
    private static final int NEW_ADDRESS = 20;
    private static final int DELETE_ADDRESS = 21;
    private static final int LOCAL = 2;
    private static final int BUFFER = 32_768;

    /** The C library's own functions. */
    private static final class C {

        static {
            Native.register(C.class, "c");
        }

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int bind(int socket, Pointer address, int length) throws LastErrorException;

        static native int setsockopt(int socket, int level, int option, Pointer value, int length)
                throws LastErrorException;

        static native long recv(int socket, Pointer buffer, long length, int flags) throws LastErrorException;
    }

    private final byte[] address;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<AddressChange> changes = new ArrayList<>();
    private final Set<String> holders = new HashSet<>();
    private @Nullable LabException failure;

    private AddressEvents(String address) {
        try {
            this.address = InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new LabException(address + " is no address", e);
        }
    }

    /** Begins to listen on these hosts. */
    public static AddressEvents listen(List<String> hosts, String address) throws InterruptedException {
        AddressEvents events = new AddressEvents(address);
        CountDownLatch ready = new CountDownLatch(hosts.size());
        for (String host : hosts) {
            Thread thread = new Thread(() -> events.listen(host, ready), "address-" + host);
            thread.setDaemon(true);
            thread.start();
        }
        ready.await();
        events.history();
        return events;
    }

    private void listen(String host, CountDownLatch ready) {
        try (Memory buffer = new Memory(BUFFER)) {
            NetworkNamespace.enter(host);
            int socket = open();
            ready.countDown();
            while (true) {
                int length = (int) C.recv(socket, buffer, BUFFER, 0);
                read(host, System.nanoTime(), buffer.getByteArray(0, length));
            }
        } catch (LastErrorException | LabException e) {
            // Also when events were lost because this process was too slow.
            fail(new LabException("the addresses of " + host + " are no longer heard of: " + e.getMessage(), e));
            ready.countDown();
        }
    }

    private static int open() {
        int socket = C.socket(AF_NETLINK, SOCK_RAW, 0);
        try (Memory option = new Memory(Integer.BYTES);
                Memory name = new Memory(SOCKADDR_LENGTH)) {
            option.setInt(0, 1 << 20);
            C.setsockopt(socket, SOL_SOCKET, SO_RCVBUF, option, Integer.BYTES);
            name.clear();
            name.setShort(0, (short) AF_NETLINK);
            name.setInt(8, RTMGRP_IPV4_IFADDR);
            C.bind(socket, name, SOCKADDR_LENGTH);
        }
        return socket;
    }

    private void fail(LabException reason) {
        lock.lock();
        try {
            failure = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void read(String host, long now, byte[] bytes) {
        ByteBuffer messages = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + HEADER <= bytes.length) {
            int length = messages.getInt(at);
            int type = messages.getShort(at + 4);
            if ((type == NEW_ADDRESS || type == DELETE_ADDRESS) && isAboutIt(messages, at, length)) {
                note(host, now, type == NEW_ADDRESS);
            }
            at += Math.max(HEADER, aligned(length));
        }
    }

    private boolean isAboutIt(ByteBuffer messages, int begin, int length) {
        int at = begin + HEADER + ADDRESS_PART;
        while (at + 4 <= begin + length) {
            // struct rtattr: length, type
            if (messages.getShort(at + 2) == LOCAL) {
                byte[] value = new byte[address.length];
                messages.get(at + 4, value);
                return Arrays.equals(value, address);
            }
            at += Math.max(4, aligned(messages.getShort(at)));
        }
        return false;
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }

    /** A host has lost its power, and with it the address, whatever its kernel says later. */
    public void powerOff(String host, long nanos) {
        note(host, nanos, false);
    }

    private void note(String host, long nanos, boolean there) {
        lock.lock();
        try {
            // A renewal of its lifetime is no change.
            if (there ? holders.add(host) : holders.remove(host)) {
                changes.add(new AddressChange(host, nanos, there));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was heard up to now. */
    public AddressHistory history() {
        lock.lock();
        try {
            check();
            return new AddressHistory(List.copyOf(changes));
        } finally {
            lock.unlock();
        }
    }

    private void check() {
        if (failure != null) {
            throw failure;
        }
    }

    /** The one host that has it; empty if there is none, or more than one. */
    public Optional<String> holder() {
        lock.lock();
        try {
            check();
            return holders.size() == 1 ? holders.stream().findFirst() : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for who has the address, and says whether it came to that. */
    public boolean await(Duration limit, Predicate<Set<String>> wanted) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!wanted.test(Set.copyOf(holders))) {
                check();
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
