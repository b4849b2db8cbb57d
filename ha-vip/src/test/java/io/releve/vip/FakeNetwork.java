package io.releve.vip;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A network on which the test says what is heard. */
final class FakeNetwork implements PacketWatch.Opener {

    private static final byte[] SILENCE = {};

    private final BlockingQueue<byte[]> onTheWire = new LinkedBlockingQueue<>();

    /** Another host claims the address. */
    void claim(MacAddress by, AddressClaims claims) {
        onTheWire.add(AnnouncementFrames.announce(by, claims.address()).get(0));
    }

    @Override
    public PacketWatch open(AddressClaims claims, int interfaceIndex) {
        return new PacketWatch() {
            @Override
            public Optional<byte[]> await(Duration limit) {
                try {
                    byte[] frame = onTheWire.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
                    return Optional.ofNullable(frame).filter(heard -> heard.length > 0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Optional.empty();
                }
            }

            @Override
            public void close() {
                onTheWire.add(SILENCE);
            }
        };
    }
}
