package io.releve.peer;

import io.releve.fencing.LeaseTable.Life;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The frames of an exchange: a hello with the answerer's random number, a question, an answer. Question and answer are
 * authenticated over both random numbers and the whole question, so that neither can be replayed, or used for another life.
 *
 * <p>A frame is its length in two bytes, and as many bytes, at most {@value #LIMIT}; the first of them is the version.
 */
final class PeerMessages {

    /** The greatest frame: 2,048 bytes. */
    static final int LIMIT = 2_048;

    /** The bytes of a random number. */
    static final int NONCE = 16;

    /** The shortest secret: 16 characters. */
    static final int SHORTEST_SECRET = 16;

    private static final int VERSION = 1;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC = 32;

    private final Supplier<char[]> secret;

    PeerMessages(Supplier<char[]> secret) {
        this.secret = secret;
    }

    /** A question as it came, with what its answer is bound to. */
    static final class Received {
        private final Question question;
        private final byte[] body;

        private Received(Question question, byte[] body) {
            this.question = question;
            this.body = body;
        }

        Question question() {
            return question;
        }

        byte[] body() {
            return body;
        }
    }

    byte[] hello(byte[] answererNonce) throws IOException {
        return frame(out -> out.write(answererNonce));
    }

    byte[] readHello(byte[] frame) throws IOException {
        DataInputStream in = open(frame);
        byte[] nonce = in.readNBytes(NONCE);
        end(in, nonce.length == NONCE);
        return nonce;
    }

    /** What both sides authenticate: the random numbers, the names, the lives, the lease. */
    byte[] body(Question question, byte[] askerNonce, byte[] answererNonce) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(answererNonce);
        out.write(askerNonce);
        write(out, question.asker());
        write(out, question.asked());
        out.writeLong(question.lease().toMillis());
        return bytes.toByteArray();
    }

    byte[] question(byte[] body) throws IOException {
        return frame(out -> {
            out.write(body, NONCE, body.length - NONCE);
            out.write(mac('Q', body, false));
        });
    }

    Received readQuestion(byte[] frame, byte[] answererNonce) throws IOException {
        DataInputStream in = open(frame);
        byte[] askerNonce = in.readNBytes(NONCE);
        Life asker = readLife(in);
        Life asked = readLife(in);
        long lease = in.readLong();
        byte[] mac = in.readNBytes(MAC);
        end(in, askerNonce.length == NONCE && lease > 0);
        Question question = new Question(asker, asked, Duration.ofMillis(lease));
        byte[] body = body(question, askerNonce, answererNonce);
        requireSame(mac, mac('Q', body, false));
        return new Received(question, body);
    }

    byte[] answer(byte[] body, boolean promised) throws IOException {
        return frame(out -> {
            out.writeBoolean(promised);
            out.write(mac('A', body, promised));
        });
    }

    boolean readAnswer(byte[] frame, byte[] body) throws IOException {
        DataInputStream in = open(frame);
        int answer = in.readUnsignedByte();
        byte[] mac = in.readNBytes(MAC);
        end(in, answer <= 1);
        requireSame(mac, mac('A', body, answer == 1));
        return answer == 1;
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] frame(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(VERSION);
        content.write(out);
        if (bytes.size() > LIMIT) {
            throw new IOException(
                    "a frame of " + bytes.size() + " bytes, the limit is " + LIMIT + ": shorten the node names");
        }
        return bytes.toByteArray();
    }

    private static DataInputStream open(byte[] frame) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame));
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("a frame of version " + version + ", this node knows " + VERSION
                    + ": run the same release on all nodes");
        }
        return in;
    }

    private static void end(DataInputStream in, boolean wellFormed) throws IOException {
        if (!wellFormed || in.available() > 0) {
            throw new IOException("a malformed frame: something else than a node speaks to this address");
        }
    }

    private static void write(DataOutputStream out, Life life) throws IOException {
        out.writeUTF(life.node());
        out.writeUTF(life.incarnation());
    }

    private static Life readLife(DataInputStream in) throws IOException {
        String node = in.readUTF();
        return new Life(node, in.readUTF());
    }

    private static void requireSame(byte[] given, byte[] expected) throws IOException {
        if (!MessageDigest.isEqual(given, expected)) {
            throw new IOException("a frame that is not authentic: give all nodes the same secret");
        }
    }

    private byte[] mac(char kind, byte[] body, boolean promised) throws IOException {
        char[] characters = secret.get();
        if (characters.length < SHORTEST_SECRET) {
            throw new IOException(
                    "the secret has " + characters.length + " characters: use at least " + SHORTEST_SECRET);
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
        byte[] key = new byte[encoded.remaining()];
        encoded.get(key);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((byte) kind);
            mac.update((byte) (promised ? 1 : 0));
            return mac.doFinal(body);
        } catch (GeneralSecurityException missing) {
            throw new IOException(ALGORITHM + " is missing in this JVM", missing);
        } finally {
            Arrays.fill(key, (byte) 0);
            encoded.clear();
            encoded.put(new byte[encoded.capacity()]);
        }
    }
}
