package dev.corpusmill.core.bpe

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.{ArrayNode, JsonNodeFactory, ObjectNode}
import java.io.ByteArrayInputStream
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Map.{of => javaMapOf}

/** GPT-2's vocabulary as a `tokenizer.json`, and the HF library as the oracle for it. */
object TokenizerFixtures {
  private val MAPPER = new ObjectMapper()
  val CL100K: String =
    """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
  val QWEN2: String = CL100K.replace("{1,3}", "")

  /** Token of each id of GPT-2's rank table, written in the byte alphabet. */
  lazy val gpt2Tokens: Vector[String] = {
    val builtin = BuiltinGpt2.tokenizer
    Vector.tabulate(50256)(id => ByteAlphabet.textOf(builtin.decode(Array(id))))
  }

  /** The two tokens that each token of more than one byte was merged from, in order of rank. */
  lazy val gpt2Merges: Vector[(String, String)] = {
    val ids = gpt2Tokens.zipWithIndex.toMap
    gpt2Tokens.zipWithIndex.collect { case (token, id) if token.length > 1 => lastMerge(token, id, ids) }
  }

  /** Merges the bytes of `token` with all ranks below its own: two parts are left. */
  private def lastMerge(token: String, id: Int, ids: Map[String, Int]): (String, String) = {
    var parts = token.map(_.toString).toVector
    while (parts.size > 2) {
      val ranks = parts.indices.init.map(at =>
        ids.get(parts(at) + parts(at + 1)).filter(_ < id).getOrElse(Int.MaxValue)
      )
      val at = ranks.indexOf(ranks.min)
      parts = parts.patch(at, Seq(parts(at) + parts(at + 1)), 2)
    }
    (parts(0), parts(1))
  }

  /** A tokenizer.json with GPT-2's vocabulary; `preTokenizer` and `normalizer` are JSON. */
  def gpt2Json(preTokenizer: String, normalizer: String = "null"): ObjectNode = {
    val root =
      parse(s"""{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":$normalizer,
      "pre_tokenizer":$preTokenizer,"post_processor":null,"decoder":null,
      "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,
      "fuse_unk":false,"byte_fallback":false}}""")
    val model = root.path("model").asInstanceOf[ObjectNode]
    val vocab = model.putObject("vocab")
    gpt2Tokens.zipWithIndex.foreach { case (token, id) => vocab.put(token, id) }
    val merges = model.putArray("merges")
    gpt2Merges.foreach { case (left, right) => merges.add(s"$left $right") }
    root
  }

  def byteLevel(addPrefixSpace: Boolean): String =
    s"""{"type":"ByteLevel","add_prefix_space":$addPrefixSpace,"trim_offsets":true,"use_regex":true}"""

  def splitBy(pattern: String): String = {
    val regex = JsonNodeFactory.instance.textNode(pattern)
    s"""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":$regex},"behavior":"Isolated","invert":false},
      {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}"""
  }

  /** `root` with one more added token. */
  def withAddedToken(root: ObjectNode, content: String, id: Int, special: Boolean): ObjectNode = {
    val entry = root.path("added_tokens").asInstanceOf[ArrayNode].addObject()
    entry.put("id", id).put("content", content).put("special", special).put("normalized", !special)
    Seq("single_word", "lstrip", "rstrip").foreach(key => entry.put(key, false))
    root
  }

  def parse(json: String): ObjectNode = MAPPER.readTree(json).asInstanceOf[ObjectNode]

  def fileOf(root: ObjectNode): TokenizerFile =
    TokenizerFile("tokenizer", "tokenizer.json", root.toString.getBytes(UTF_8))

  /** What the HF library itself makes of texts. */
  def oracle(root: ObjectNode): String => Seq[Int] = oracle(root.toString.getBytes(UTF_8))

  def oracle(json: Array[Byte]): String => Seq[Int] = {
    val library =
      HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(json),
        javaMapOf("truncation", "false", "padding", "false")
      )
    text => library.encode(text, false, false).getIds.map(_.toInt).toSeq
  }
}
