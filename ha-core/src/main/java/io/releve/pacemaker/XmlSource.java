package io.releve.pacemaker;

import java.io.IOException;
import java.io.InputStream;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements one after another out of XML that nobody has to trust: document type definitions are refused, and with
 * them all entities but XML's own five; length, depth and number of elements are bounded.
 */
final class XmlSource {

    /**
     * How much is read at most.
     *
     * @param bytes of the whole text
     * @param bytesOfTag of a single tag
     * @param depth of elements in elements
     * @param elements in all
     */
    record Limits(long bytes, long bytesOfTag, int depth, long elements) {
        /** Enough for a hundred nodes with ten thousand resources and a result for each pair of them. */
        static final Limits DEFAULT = new Limits(2L << 30, 1 << 20, 64, 20_000_000);
    }

    private final Limits limits;
    private final int linesBefore;
    private final BoundedInput input;
    private final XMLStreamReader xml;
    private int depth;
    private long elements;

    XmlSource(InputStream in, Limits limits) throws IOException {
        this(in, limits, 0);
    }

    /** Reads a piece of a larger text, before which there are so many lines. */
    XmlSource(InputStream in, Limits limits, int linesBefore) throws IOException {
        this.limits = limits;
        this.linesBefore = linesBefore;
        // The parser reads ahead in blocks, hence the allowance.
        this.input = new BoundedInput(in, limits.bytes(), limits.bytesOfTag() + (1 << 16));
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are not read");
        });
        try {
            xml = factory.createXMLStreamReader(input);
        } catch (XMLStreamException | RuntimeException broken) {
            throw unreadable(linesBefore + 1, 1, broken);
        }
    }

    /** The outermost element, without its children. */
    Element root() throws IOException {
        Element root = nextChild();
        if (root == null) {
            throw new UnreadableCibException(0, 0, "there is no element in the text: a CIB begins with <cib");
        }
        return root;
    }

    /** The next child of the element last begun and not ended, without its children; none if that element ends. */
    @Nullable
    Element nextChild() throws IOException {
        while (true) {
            int event = next();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> {
                    return begin();
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    return null;
                }
                case XMLStreamConstants.END_DOCUMENT -> {
                    return null;
                }
                case XMLStreamConstants.DTD ->
                    throw new UnreadableCibException(
                            line(),
                            column(),
                            "the text has a document type definition (<!DOCTYPE), which can name other files and make"
                                    + " itself very large: remove it, a CIB needs none");
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new UnreadableCibException(
                            line(),
                            column(),
                            "the entity &" + xml.getLocalName() + "; is not declared: only &lt; &gt; &amp; &quot; and"
                                    + " &apos; can be used");
                default -> {
                    // Text, comments and processing instructions mean nothing here.
                }
            }
        }
    }

    /** Reads the children of an element that {@link #nextChild()} just returned, and theirs. */
    Element complete(Element element) throws IOException {
        Element child;
        while ((child = nextChild()) != null) {
            element.add(complete(child));
        }
        return element;
    }

    /** Passes over the children of an element that {@link #nextChild()} just returned. */
    void skip() throws IOException {
        while (nextChild() != null) {
            skip();
        }
    }

    /** Reads what is left after the outermost element: only comments and the like may be. */
    void end() throws IOException {
        while (next() != XMLStreamConstants.END_DOCUMENT) {
            // Anything else would not be well-formed, which the parser finds.
        }
    }

    private Element begin() {
        depth++;
        elements++;
        if (depth > limits.depth()) {
            throw new UnreadableCibException(
                    line(),
                    column(),
                    "elements are nested more than " + limits.depth() + " deep: a CIB is not that deep");
        }
        if (elements > limits.elements()) {
            throw new UnreadableCibException(
                    line(), column(), "the text has more than " + limits.elements() + " elements");
        }
        Element element = new Element(xml.getLocalName(), line(), column());
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            element.with(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
        }
        return element;
    }

    private int next() throws IOException {
        input.piece();
        try {
            return xml.next();
        } catch (XMLStreamException | RuntimeException broken) {
            throw unreadable(line(), column(), broken);
        }
    }

    private int line() {
        return linesBefore + xml.getLocation().getLineNumber();
    }

    private int column() {
        return xml.getLocation().getColumnNumber();
    }

    private UnreadableCibException unreadable(int line, int column, Exception broken) throws IOException {
        if (input.exceeded() != null) {
            return new UnreadableCibException(line, column, input.exceeded() + ": a CIB is not that large");
        }
        if (input.failure() != null) {
            throw input.failure();
        }
        String message = String.valueOf(broken.getMessage());
        int begin = message.indexOf("Message: ");
        return new UnreadableCibException(
                line, column, "this is no XML: " + (begin < 0 ? message : message.substring(begin + 9)).strip());
    }
}
