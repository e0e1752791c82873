"""What Word, WPS, Excel and web pages put into the clipboard, cut down to what matters, and the Markdown expected."""

from __future__ import annotations

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm;} td {color:red} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=ZH-CN><!--StartFragment-->
<h1 style='mso-pagination:widow-orphan'><span lang=EN-US>1. </span>理赔<span lang=EN-US><o:p></o:p></span></h1>
<p class=MsoNormal><span style='font-family:宋体'>出险后</span><b style='mso-bidi-font-weight:normal'><span>四十八小时</span></b><span>内报案，
超过按迟报处理。</span></p>
<p class=MsoListParagraph style='margin-left:18.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Wingdings;mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>发票原件</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>n<span>&nbsp;</span></span><!--[endif]-->电子发票也可</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>填表</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>寄出</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'>
 <tr><td width=100 rowspan=2 valign=top><p class=MsoNormal><b>险种</b></p></td><td colspan=2><p class=MsoNormal>保额</p></td></tr>
 <tr><td><p class=MsoNormal>基本</p></td><td><p class=MsoNormal>高档|特</p></td></tr>
 <tr><td><p class=MsoNormal>车损</p></td><td><p class=MsoNormal>10<span lang=EN-US> </span>万</p><p class=MsoNormal>（含）</p></td><td><p class=MsoNormal>3*5 万</p></td></tr>
</table>
<p class=MsoNormal>见<a href="https://example.org/a?b=1">条款</a>和<a href="javascript:alert(1)">这里</a><o:p></o:p></p>
<!--EndFragment--></body></html>"""

WORD_MARKDOWN = """## 1. 理赔

出险后**四十八小时**内报案， 超过按迟报处理。

- 发票原件
    - 电子发票也可
1. 填表
2. 寄出

| 险种 | 保额 |  |
| --- | --- | --- |
| 险种 | 基本 | 高档\\|特 |
| 车损 | 10 万 （含） | 3\\*5 万 |

见[条款](https://example.org/a?b=1)和这里"""

EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta name=ProgId content=Excel.Sheet>
<style><!--table {mso-displayed-decimal-separator:"\\.";} .xl65 {mso-number-format:"\\@";} --></style></head>
<body link="#0563C1"><table border=0 cellpadding=0 cellspacing=0 width=216 style='border-collapse:collapse;width:162pt'>
<!--StartFragment--><col width=72 span=3 style='width:54pt'>
 <tr height=19><td rowspan=3 height=57 class=xl65 width=72>医疗</td><td class=xl65>档次</td><td>年限额</td></tr>
 <tr height=19><td>一档</td><td align=right>1,000,000</td></tr>
 <tr height=19 style='display:none'><td>隐藏</td><td>不要</td></tr>
 <tr height=19><td>二档<br>（家庭）</td><td align=right>50%</td></tr>
<!--EndFragment--></table></body></html>"""

EXCEL_MARKDOWN = """| 医疗 | 档次 | 年限额 |
| --- | --- | --- |
| 医疗 | 一档 | 1,000,000 |
| 医疗 | 二档 （家庭） | 50% |"""

WEB = """<meta charset='utf-8'><div><h3>怎么退</h3><ul><li>打电话<ol start="3"><li>核身</li><li>登记</li></ol></li><li><strong>上门</strong></li></ul>
<script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(1)"><p># 不是标题<br>第二行</p>
<b style="font-weight:normal"><span style="font-weight:700">粗</span>不粗</b></div>"""

WEB_MARKDOWN = """### 怎么退

- 打电话
    3. 核身
    4. 登记
- **上门**

\\# 不是标题  
第二行

**粗**不粗"""  # noqa: W291 (two blanks are a line break)

CODE_EDITOR = "<meta charset='utf-8'><div style='font-family:monospace'><div><span style='color:#000'>**已是 Markdown**</span></div></div>"

ONE_CELL = "<table><!--StartFragment--><tr><td>只有一格</td></tr><!--EndFragment--></table>"
